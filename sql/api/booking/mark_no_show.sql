create function schnittwerk.mark_no_show(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.change_status(
  'no_show', 'no_show', p_idempotency_key, p_appointment_id, p_salon_id,
  p_override_reason);

comment on function schnittwerk.mark_no_show(text, uuid, text, uuid) is
  'Marks a pending or confirmed appointment as a no-show, from its start on, and frees its time. Answers {"appointment", "fee"}. The customer owes the no_show_fee_percent that was agreed when they booked. A waived fee stays waived; fee is null if none was agreed. For the salon team. p_idempotency_key: as for create_booking. p_override_reason: also marks an appointment that was wrongly completed, until late_entry_hours after its end; at most 2000 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.mark_no_show from public;
grant execute on function schnittwerk.mark_no_show
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
