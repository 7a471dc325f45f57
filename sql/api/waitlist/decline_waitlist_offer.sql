create function schnittwerk_core.decline_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_change record;
  v_locked record;
  v_entry schnittwerk_core.waitlist;
begin
  v_change := schnittwerk_core.begin_entry_change(
    'decline_waitlist_offer', p_idempotency_key, p_entry_id, p_salon_id);
  if v_change.answer is not null then
    return v_change.answer;
  end if;
  v_locked := schnittwerk_core.lock_entry(v_change.entry);
  if (v_locked.offer).id is null then
    return schnittwerk_core.end_operation(
      v_change.operation, schnittwerk_core.failure('offer_expired'));
  end if;

  perform schnittwerk_core.end_offer(v_locked.offer, 'declined', 'active');
  perform schnittwerk_core.offer_freed_time(
    (v_change.entry).salon_id, array[(v_locked.offer).staff_id]);
  select w.* into v_entry
  from schnittwerk_core.waitlist w
  where w.salon_id = (v_change.entry).salon_id and w.id = p_entry_id;
  return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.success(
    'waitlist_entry', schnittwerk_core.waitlist_json(v_entry)));
end
$$;

comment on function schnittwerk_core.decline_waitlist_offer(text, uuid, uuid) is
  'Engine of schnittwerk.decline_waitlist_offer.';

revoke execute on function schnittwerk_core.decline_waitlist_offer from public;
grant execute on function schnittwerk_core.decline_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

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
