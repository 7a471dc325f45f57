create function schnittwerk_core.working_time(
  p_salon_id uuid,
  p_staff_id uuid,
  p_from date,
  p_until date,
  p_offsets schnittwerk_core.zone_offset[]
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
    select coalesce(range_agg(w.during) filter (where w.is_available), '{}')
      - coalesce(range_agg(w.during) filter (where not w.is_available), '{}')
    from (
      select
        a.availability_type = 'available' as is_available,
        schnittwerk_core.local_range(
          p_from + d.n + a.start_time, p_from + d.n + a.end_time, z
        ) as during
      from schnittwerk_core.staff_availability a
      cross join lateral generate_series(
        (a.day_of_week - extract(dow from p_from)::int + 7) % 7, p_until - p_from, 7) d (n)
      cross join unnest(p_offsets) z
      where a.salon_id = p_salon_id and a.staff_id = p_staff_id
      union all
      select false, schnittwerk_core.time_off_range(t, z)
      from schnittwerk_core.staff_timeoff t
      cross join unnest(p_offsets) z
      where t.salon_id = p_salon_id and t.staff_id = p_staff_id and t.is_approved
        and t.start_date <= p_until and t.end_date >= p_from
      union all
      select false, schnittwerk_core.local_range(h.date, h.date + 1, z)
      from schnittwerk_core.holiday_staff l
      join schnittwerk_core.holiday_dates(
        p_salon_id, p_from, p_until
      ) h on h.holiday_id = l.holiday_id and not h.affects_all_staff
      cross join unnest(p_offsets) z
      where l.salon_id = p_salon_id and l.staff_id = p_staff_id
    ) w
  );
end
$$;

comment on function schnittwerk_core.working_time(uuid, uuid, date, date, schnittwerk_core.zone_offset[]) is
  'When a member of staff works, on the local dates from p_from to p_until, whose offsets are given: available windows − unavailable ones − approved time off − holidays of theirs.';

revoke execute on function schnittwerk_core.working_time from public;
