create function schnittwerk.complete_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.change_status(
  'complete', 'completed', p_idempotency_key, p_appointment_id, p_salon_id,
  p_override_reason);

comment on function schnittwerk.complete_booking(text, uuid, text, uuid) is
  'Completes a confirmed appointment, from its start on. Answers {"appointment", "fee"}: fee is the no-show fee that this withdraws, else null. For the salon team. p_idempotency_key: as for create_booking. p_override_reason: also completes an appointment that was wrongly marked as a no-show, until late_entry_hours after its end; at most 2000 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, slot_conflict.';

revoke execute on function schnittwerk.complete_booking from public;
grant execute on function schnittwerk.complete_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
