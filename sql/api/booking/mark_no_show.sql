create function schnittwerk.mark_no_show(
  p_idempotency_key text, p_appointment_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.change_status(
  'no_show', 'no_show', p_idempotency_key, p_appointment_id, p_salon_id);

comment on function schnittwerk.mark_no_show(text, uuid, uuid) is
  'Marks as not shown up a pending or confirmed appointment, from its start on, and frees its time, and answers {"appointment"}. p_idempotency_key as for create_booking. For the salon''s people. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.mark_no_show from public;
grant execute on function schnittwerk.mark_no_show
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
