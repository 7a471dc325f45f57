create function schnittwerk_core.open_time(
  p_calendar schnittwerk_core.salon_calendar, p_staff_id uuid
)
returns tstzmultirange
language sql
stable
parallel safe
return ((p_calendar).hours - (p_calendar).closures)
  * schnittwerk_core.staff_hours(p_calendar, p_staff_id);

comment on function schnittwerk_core.open_time(schnittwerk_core.salon_calendar, uuid) is
  'Open time of a member of staff: opening hours − closures, within the hours that they work. An appointment must lie inside one range of it.';

revoke execute on function schnittwerk_core.open_time from public;
