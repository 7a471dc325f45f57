create function schnittwerk_core.instant_fault(
  p_path text, p_instant timestamptz, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return case
  when p_instant is null and not p_is_required then null
  when p_instant is null then schnittwerk_core.required_fault(p_path, true)
  when p_instant not between '1900-01-01 00:00+00' and '3000-01-01 00:00+00'
    then schnittwerk_core.fault(p_path, true, 'out_of_range', p_path || ' must be from 1900 to 2999')
  when date_trunc('minute', p_instant at time zone 'UTC') <> p_instant at time zone 'UTC'
    then schnittwerk_core.fault(p_path, true, 'not_a_whole_minute', p_path || ' must be a whole minute')
end;

comment on function schnittwerk_core.instant_fault(text, timestamptz, boolean) is
  'The fault of an appointment''s start or end: missing, out of range, or not a whole minute.';

revoke execute on function schnittwerk_core.instant_fault from public;
