create function schnittwerk.set_staff_availability(
  p_staff_id uuid, p_windows jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'set_staff_availability', p_salon_id,
  schnittwerk_core.set_staff_availability(
    p_staff_id, p_windows, p_salon_id
  )
);

comment on function schnittwerk.set_staff_availability(uuid, jsonb, uuid) is
  'Replaces the week of a member of staff and answers {"staff_availability", "affected_appointments"}. p_windows: [{"day_of_week", "start_time", "end_time", "availability_type"?}], 0 = Sunday to 6, local times HH:MM up to 24:00, available (default) or unavailable, which takes a break away; [] = never works. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins, and staff for themselves. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_staff_availability from public;
grant execute on function schnittwerk.set_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
