create function schnittwerk_core.local_time_fault(p_path text, p_value time)
returns jsonb
language sql
stable
parallel safe
return schnittwerk_core.fault(
  p_path, p_value is not null and extract(second from p_value) <> 0,
  'not_a_whole_minute', p_path || ' must be a whole minute');

comment on function schnittwerk_core.local_time_fault(text, time) is
  'The fault of a local time of day that is not a whole minute.';

revoke execute on function schnittwerk_core.local_time_fault from public;
