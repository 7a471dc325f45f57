create function schnittwerk_core.get_staff_availability(p_staff_id uuid, p_salon_id uuid)
returns table (day_of_week int, start_time text, end_time text, availability_type text)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null));
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  return query
  select w.* from schnittwerk_core.weekly_windows(v_caller.salon_id, p_staff_id) w;
end
$$;

comment on function schnittwerk_core.get_staff_availability(uuid, uuid) is
  'Engine of schnittwerk.get_staff_availability.';

revoke execute on function schnittwerk_core.get_staff_availability from public;
grant execute on function schnittwerk_core.get_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_staff_availability(p_staff_id uuid, p_salon_id uuid default null)
returns table (day_of_week int, start_time text, end_time text, availability_type text)
language sql
stable
begin atomic
  select r.day_of_week, r.start_time, r.end_time, r.availability_type
  from schnittwerk_core.get_staff_availability(p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.get_staff_availability(uuid, uuid) is
  'The weekly availability of a member of staff, by weekday (0 is Sunday) and start. Times are local, HH:MM up to 24:00; availability_type is available or unavailable. For the salon team. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_staff_availability from public;
grant execute on function schnittwerk.get_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
