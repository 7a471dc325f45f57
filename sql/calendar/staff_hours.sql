create function schnittwerk_core.staff_hours(
  p_calendar schnittwerk_core.salon_calendar, p_staff_id uuid
)
returns tstzmultirange
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  return (
    select range_agg(coalesce(
      k.working,
      (
        schnittwerk_core.compute_staff_week(
          schnittwerk_core.compute_salon_week(p_calendar.salon_id, p_calendar.first_week + d.n),
          p_staff_id
        )
      ).working
    ))
    from schnittwerk_core.salon_state z
    join schnittwerk_core.staff m on m.salon_id = z.salon_id and m.id = p_staff_id
    cross join generate_series(0, p_calendar.last_week - p_calendar.first_week, 7) d (n)
    left join schnittwerk_core.salon_week w
      on w.salon_id = p_calendar.salon_id and w.week = p_calendar.first_week + d.n
      and w.version = z.calendar_version
      and schnittwerk_core.clocks_agree(p_calendar.time_zone, w.offset_bounds, w.clocks)
    left join schnittwerk_core.staff_week k
      on k.salon_id = p_calendar.salon_id and k.staff_id = p_staff_id
      and k.week = w.week and k.salon_version = w.version and k.staff_version = m.calendar_version
    where z.salon_id = p_calendar.salon_id
  );
end
$$;

comment on function schnittwerk_core.staff_hours(schnittwerk_core.salon_calendar, uuid) is
  'When a member of staff works, over the calendar''s weeks: available windows − unavailable ones − approved time off − holidays of theirs.';

revoke execute on function schnittwerk_core.staff_hours from public;
