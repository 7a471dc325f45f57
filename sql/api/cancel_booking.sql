create function schnittwerk.cancel_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('cancel', p_salon_id, schnittwerk_core.cancel_booking(
  p_idempotency_key, p_appointment_id, p_reason, p_override_reason, p_salon_id
));

comment on function schnittwerk.cancel_booking(text, uuid, text, text, uuid) is
  'Cancels a pending or confirmed appointment before its start, offers its time to the waitlist, and answers {"appointment"}. p_idempotency_key as for create_booking; p_reason and p_override_reason at most 2000 characters. Customers may cancel their own until the deadline that was agreed when they booked; the salon''s people pass it with p_override_reason. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, cancellation_deadline_passed.';

revoke execute on function schnittwerk.cancel_booking from public;
grant execute on function schnittwerk.cancel_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
