create function schnittwerk.get_appointment(p_appointment_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.get_appointment(p_appointment_id, p_salon_id);

comment on function schnittwerk.get_appointment(uuid, uuid) is
  'An appointment with all its columns and its history, a list of {"version", "action", "user_id", "role", "reason", "override_reason", "from_status", "to_status", "from_staff_id", "to_staff_id", "from_starts_at", "to_starts_at", "correlation_id", "created_at"}; customers see their own, without who of the salon it was. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_appointment from public;
grant execute on function schnittwerk.get_appointment
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
