create function schnittwerk_core.quiet_hours_faults(p_path text, p_window jsonb)
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.object_faults(p_path, p_window, '{start_time,end_time}')
  || case when jsonb_typeof(p_window) = 'object' then array[
    schnittwerk_core.json_fault(p_path || '.start_time', p_window -> 'start_time', 'time', true),
    coalesce(
      schnittwerk_core.json_fault(p_path || '.end_time', p_window -> 'end_time', 'time', true),
      schnittwerk_core.fault(
        p_path || '.end_time',
        p_window -> 'start_time' = p_window -> 'end_time'
          or p_window ->> 'start_time' = '00:00' and p_window ->> 'end_time' = '24:00',
        'whole_day', p_path || ' must not be the whole day')
    )
  ] end;

comment on function schnittwerk_core.quiet_hours_faults(text, jsonb) is
  'The faults of quiet hours {"start_time", "end_time"}, which may go past midnight.';

revoke execute on function schnittwerk_core.quiet_hours_faults from public;
