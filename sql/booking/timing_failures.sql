create function schnittwerk_core.timing_failures(
  p_calendar schnittwerk_core.salon_calendar, p_starts_at timestamptz, p_ends_at timestamptz
)
returns text[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_failures text[] := array[]::text[];
  v_date date;
begin
  if p_starts_at < p_calendar.earliest_start then
    v_failures := v_failures || text 'notice_too_short';
  end if;
  if p_starts_at > p_calendar.latest_start then
    v_failures := v_failures || text 'too_far_ahead';
  end if;
  if p_calendar.closures && tstzrange(p_starts_at, p_ends_at) then
    v_failures := v_failures || text 'holiday';
  end if;
  if not p_calendar.hours @> tstzrange(p_starts_at, p_ends_at) then
    v_date := (p_starts_at at time zone p_calendar.time_zone)::date;
    if not exists (
      select from schnittwerk_core.opening_windows(p_calendar.salon_id, v_date, v_date)
    ) then
      v_failures := v_failures || text 'business_closed';
    end if;
    v_failures := v_failures || text 'outside_business_hours';
  end if;
  return v_failures;
end
$$;

comment on function schnittwerk_core.timing_failures(schnittwerk_core.salon_calendar, timestamptz, timestamptz) is
  'The codes, in order, of the salon-wide timing rules that an appointment fails: notice, horizon, holidays, opening hours. p_ends_at after p_starts_at.';

revoke execute on function schnittwerk_core.timing_failures from public;
