create function schnittwerk.reschedule_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_new_starts_at timestamptz,
  p_new_staff_id uuid default null,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('reschedule', p_salon_id, schnittwerk_core.reschedule_booking(
  p_idempotency_key, p_appointment_id, p_new_starts_at, p_new_staff_id, p_reason,
  p_override_reason, p_salon_id
));

comment on function schnittwerk.reschedule_booking(text, uuid, timestamptz, uuid, text, text, uuid) is
  'Moves a pending or confirmed appointment before its start, offers its old time to the waitlist, and answers {"appointment"}. p_idempotency_key as for create_booking; p_new_starts_at: a whole minute; p_new_staff_id null = the same; p_reason and p_override_reason at most 2000 characters. Duration, buffers and agreed price stay; the new time may overlap the old one. Customers may move their own until the deadline and as often as agreed when they booked; the salon''s people pass both, and what create_booking lets them pass, with p_override_reason. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, reschedule_deadline_passed, reschedule_limit_reached, booking_limit_reached, service_not_offered, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, slot_conflict.';

revoke execute on function schnittwerk.reschedule_booking from public;
grant execute on function schnittwerk.reschedule_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
