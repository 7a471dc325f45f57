create function schnittwerk_core.horizon_fault(
  p_path text, p_starts_at timestamptz, p_override_reason text, p_policies jsonb
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_override_reason is null or p_starts_at between
    schnittwerk_core.clock() - make_interval(
      secs => 3600 * (p_policies ->> 'late_entry_hours')::float8)
    and schnittwerk_core.clock() + make_interval(hours => 24 * 730)
  then
    return null;
  end if;
  return schnittwerk_core.fault(
    p_path, p_starts_at is not null, 'out_of_range',
    format('%s must be at most 730 days ahead and %s hours back, even with an override',
      p_path, p_policies ->> 'late_entry_hours'));
end
$$;

comment on function schnittwerk_core.horizon_fault(text, timestamptz, text, jsonb) is
  'The fault of a start that is too far away even for an override. Ahead: calendars are built up to the last appointment, so a start in a thousand years would build all of these years. Back: claims are kept only as far back as late_entry_hours. p_policies: the salon''s.';

revoke execute on function schnittwerk_core.horizon_fault from public;
