create function schnittwerk.appointment_policies(p_appointment_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.appointment_policies(p_appointment_id, p_salon_id);

comment on function schnittwerk.appointment_policies(uuid, uuid) is
  'What the caller may do with an appointment, as the writes would decide now without an override: {"can_cancel", "cancel_deadline", "can_reschedule", "reschedule_deadline", "reschedules_left", "current_status", "reasons"}; reasons are the codes of what keeps them from either. Whether a new time is free is find_slots''s to say. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.appointment_policies from public;
grant execute on function schnittwerk.appointment_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
