create function schnittwerk_core.opening_time(
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
    select coalesce(range_agg(schnittwerk_core.local_range(w.date + w.start_time, w.date + w.end_time, z)), '{}')
    from schnittwerk_core.opening_windows(p_salon_id, p_from, p_until) w
    cross join unnest(p_offsets) z
  );
end
$$;

comment on function schnittwerk_core.opening_time(uuid, date, date, schnittwerk_core.zone_offset[]) is
  'When a salon is open by its hours and special hours, on the local dates from p_from to p_until, whose offsets are given; closures are not subtracted.';

revoke execute on function schnittwerk_core.opening_time from public;
