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
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'decline_waitlist_offer', p_salon_id, '{admin,receptionist,staff,customer}');
  v_entry schnittwerk_core.waitlist;
  v_locked record;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_entry_id),
      schnittwerk_core.required_fault('p_entry_id', p_entry_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_entry := schnittwerk_core.require_entry(v_caller, p_entry_id);
      v_caller.customer_id := v_entry.customer_id;
      v_locked := schnittwerk_core.lock_entry(v_entry);
      if (v_locked.offer).id is null then
        perform schnittwerk_core.refuse('offer_expired');
      end if;

      perform schnittwerk_core.end_offer(v_locked.offer, 'declined', 'active');
      perform schnittwerk_core.offer_freed_time(
        v_entry.salon_id, array[(v_locked.offer).staff_id]);
      select w.* into v_entry
      from schnittwerk_core.waitlist w
      where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
      v_caller.answer := schnittwerk_core.success(
        'waitlist_entry', schnittwerk_core.waitlist_json(v_entry));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
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
return schnittwerk_core.decline_waitlist_offer(p_idempotency_key, p_entry_id, p_salon_id);

comment on function schnittwerk.decline_waitlist_offer(text, uuid, uuid) is
  'Declines the slot that is held for a waitlist entry, and offers it to the next. Answers {"waitlist_entry"}: it stays active, and this slot is never offered to it again. p_idempotency_key: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, offer_expired.';

revoke execute on function schnittwerk.decline_waitlist_offer from public;
grant execute on function schnittwerk.decline_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
