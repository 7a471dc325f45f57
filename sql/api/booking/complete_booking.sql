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
  'Completes a confirmed appointment, from its start on, or with p_override_reason one that was wrongly marked as no_show, until late_entry_hours after its end, and answers {"appointment", "fee"}: the fee for not showing up that it withdraws, else null. p_idempotency_key as for create_booking. For the salon team. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, slot_conflict.';

revoke execute on function schnittwerk.complete_booking from public;
grant execute on function schnittwerk.complete_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
