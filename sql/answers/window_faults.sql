create function schnittwerk_core.window_faults(
  p_path text, p_window jsonb, p_other_keys text[] default '{}'
)
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.object_faults(p_path, p_window, '{start_time,end_time}' || p_other_keys)
  || case when jsonb_typeof(p_window) = 'object' then array[
    schnittwerk_core.json_fault(p_path || '.start_time', p_window -> 'start_time', 'time', true),
    coalesce(
      schnittwerk_core.json_fault(p_path || '.end_time', p_window -> 'end_time', 'time', true),
      schnittwerk_core.fault(
        p_path || '.end_time',
        coalesce(
          schnittwerk_core.json_time(p_window -> 'end_time')
            <= schnittwerk_core.json_time(p_window -> 'start_time'),
          false
        ),
        'not_after_start', p_path || '.end_time must be after its start_time')
    )
  ] end;

comment on function schnittwerk_core.window_faults(text, jsonb, text[]) is
  'The faults of a window of local time {"start_time", "end_time"}, which may have p_other_keys as well.';

revoke execute on function schnittwerk_core.window_faults from public;
