create function schnittwerk.leave_waitlist(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('leave_waitlist', p_salon_id, schnittwerk_core.leave_waitlist(
  p_idempotency_key, p_entry_id, p_salon_id
));

comment on function schnittwerk.leave_waitlist(text, uuid, uuid) is
  'Takes an entry off the waitlist, hands on what it was offered, and answers {"waitlist_entry"}. p_idempotency_key as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status.';

revoke execute on function schnittwerk.leave_waitlist from public;
grant execute on function schnittwerk.leave_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
