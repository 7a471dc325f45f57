create function schnittwerk_core.closed_time(
  p_salon_id uuid, p_from date, p_until date, p_offsets schnittwerk_core.zone_offset[]
)
returns tstzmultirange
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(range_agg(schnittwerk_core.local_range(h.date, h.date + 1, z)), '{}')
    from schnittwerk_core.holiday_dates(p_salon_id, p_from, p_until) h
    cross join unnest(p_offsets) z
    where h.affects_all_staff
  );
end
$$;

comment on function schnittwerk_core.closed_time(uuid, date, date, schnittwerk_core.zone_offset[]) is
  'When holidays close a salon for everybody, on the local dates from p_from to p_until, whose offsets are given.';

revoke execute on function schnittwerk_core.closed_time from public;
