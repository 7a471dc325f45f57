create function schnittwerk_core.instant_fault(
  p_path text, p_instant timestamptz, p_is_required boolean default true
)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_instant is null and not p_is_required then
    return null;
  elsif p_instant is null then
    return schnittwerk_core.required_fault(p_path, true);
  elsif p_instant not between '1900-01-01 00:00+00' and '3000-01-01 00:00+00' then
    return schnittwerk_core.fault(
      p_path, true, 'out_of_range', p_path || ' must be from 1900 to 2999');
  elsif date_trunc('minute', p_instant, 'UTC') <> p_instant then
    return schnittwerk_core.fault(
      p_path, true, 'not_a_whole_minute', p_path || ' must be a whole minute');
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.instant_fault(text, timestamptz, boolean) is
  'The fault of an appointment''s start or end: missing, out of range, or not a whole minute.';

revoke execute on function schnittwerk_core.instant_fault from public;
