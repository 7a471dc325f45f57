create function schnittwerk_core.closed_unit_time(
  p_salon_id uuid, p_unit_id uuid, p_from timestamptz, p_until timestamptz
)
returns tstzmultirange
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
declare
  -- Zones are up to 26 hours apart.
  v_from constant date := (p_from at time zone 'UTC')::date - 2;
  v_until constant date := (p_until at time zone 'UTC')::date + 2;
begin
  return coalesce((
    select range_agg(schnittwerk_core.local_range(
      c.start_date + coalesce(c.start_time, '00:00'), c.end_date + coalesce(c.end_time, '24:00'),
      o))
    from (
      select c.start_date, c.start_time, c.end_date, c.end_time, s.time_zone
      from schnittwerk_core.unit_closure c
      join schnittwerk_core.salon s on s.id = c.salon_id
      where c.salon_id = p_salon_id and c.unit_id = p_unit_id
        and c.end_date >= v_from and c.start_date <= v_until
      offset 0
    ) c
    cross join lateral unnest(schnittwerk_core.zone_offsets(c.time_zone, v_from, v_until)) o
  ), '{}');
end
$$;

comment on function schnittwerk_core.closed_unit_time(uuid, uuid, timestamptz, timestamptz) is
  'When a unit is closed between two instants. The ranges may begin before and end after them.';

revoke execute on function schnittwerk_core.closed_unit_time from public;
