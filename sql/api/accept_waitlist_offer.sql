create function schnittwerk.accept_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'accept_waitlist_offer', p_salon_id,
  schnittwerk_core.accept_waitlist_offer(
    p_idempotency_key, p_entry_id, p_salon_id
  )
);

comment on function schnittwerk.accept_waitlist_offer(text, uuid, uuid) is
  'Books the slot that is held for a waitlist entry, at the price that it was offered for, and answers {"appointment", "waitlist_entry"}. p_idempotency_key as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, booking_limit_reached, offer_expired, and the rules of create_booking where they changed since the offer.';

revoke execute on function schnittwerk.accept_waitlist_offer from public;
grant execute on function schnittwerk.accept_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
