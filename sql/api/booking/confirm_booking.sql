create function schnittwerk.confirm_booking(
  p_idempotency_key text, p_appointment_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.change_status(
  'confirm', 'confirmed', p_idempotency_key, p_appointment_id, p_salon_id);

comment on function schnittwerk.confirm_booking(text, uuid, uuid) is
  'Confirms a pending appointment. Answers {"appointment"}. For the salon team. p_idempotency_key: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.confirm_booking from public;
grant execute on function schnittwerk.confirm_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
