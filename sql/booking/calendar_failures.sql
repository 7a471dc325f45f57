create function schnittwerk_core.calendar_failures(
  p_salon_id uuid,
  p_staff_id uuid,
  p_time_zone text,
  p_hours tstzmultirange,
  p_closures tstzmultirange,
  p_working tstzmultirange,
  p_open tstzmultirange,
  p_grid_origins timestamptz[],
  p_slot_interval_minutes int,
  p_starts_at timestamptz,
  p_ends_at timestamptz
)
returns text[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_salon_week schnittwerk_core.salon_week;
  v_staff_week schnittwerk_core.staff_week;
begin
  if p_working is null then
    v_salon_week := schnittwerk_core.compute_salon_week(
      p_salon_id, schnittwerk_core.week_of((p_starts_at at time zone p_time_zone)::date));
    v_staff_week := schnittwerk_core.compute_staff_week(v_salon_week, p_staff_id);
    p_hours := v_salon_week.hours;
    p_closures := v_salon_week.closures;
    p_working := v_staff_week.working;
    p_open := v_staff_week.open;
    p_grid_origins := v_staff_week.grid_origins;
  end if;
  return array_remove(
    schnittwerk_core.opening_failures(
      p_salon_id, p_time_zone, p_hours, p_closures, p_starts_at, p_ends_at
    ) || array[
      case when p_open @> p_starts_at
        and p_starts_at <> date_bin(
          make_interval(mins => p_slot_interval_minutes), p_starts_at,
          p_grid_origins[width_bucket(p_starts_at, p_grid_origins)])
        then 'off_grid' end,
      case when not p_working @> tstzrange(p_starts_at, p_ends_at)
        then 'staff_unavailable' end
    ], null);
end
$$;

comment on function schnittwerk_core.calendar_failures(uuid, uuid, text, tstzmultirange, tstzmultirange, tstzmultirange, tstzmultirange, timestamptz[], int, timestamptz, timestamptz) is
  'The codes of what in the calendar prevents an appointment: holidays, opening hours, the grid, and the hours of the member of staff. The week is given as stored in salon_week and staff_week; if p_working is null, it is computed. p_slot_interval_minutes: null allows any start.';

revoke execute on function schnittwerk_core.calendar_failures from public;
