create function schnittwerk.decline_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'decline_waitlist_offer', p_salon_id,
  schnittwerk_core.decline_waitlist_offer(
    p_idempotency_key, p_entry_id, p_salon_id
  )
);

comment on function schnittwerk.decline_waitlist_offer(text, uuid, uuid) is
  'Hands the slot that is held for a waitlist entry on to the next, never back to the same, and answers {"waitlist_entry"}, which waits on. p_idempotency_key as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, offer_expired.';

revoke execute on function schnittwerk.decline_waitlist_offer from public;
grant execute on function schnittwerk.decline_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
