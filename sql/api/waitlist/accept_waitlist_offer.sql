create function schnittwerk_core.accept_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'accept_waitlist_offer', p_salon_id, '{admin,receptionist,staff,customer}');
  v_entry schnittwerk_core.waitlist;
  v_offer schnittwerk_core.waitlist_offer;
  v_locked record;
  v_limit text;
  v_verdict schnittwerk_core.verdict;
  v_appointment schnittwerk_core.appointments;
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
      v_offer := schnittwerk_core.open_offer(v_entry.salon_id, v_entry.id);
      v_caller.customer_id := v_entry.customer_id;
      v_caller.starts_at := v_offer.starts_at;
      -- Locks the customer before the resources, as in create_booking.
      v_limit := schnittwerk_core.take_booking_turn(
        v_caller, v_entry.customer_id, v_offer.starts_at, false, array[v_entry.id]);
      v_locked := schnittwerk_core.lock_entry(v_entry);
      if (v_locked.offer).id is null or (v_locked.offer).id is distinct from v_offer.id then
        perform schnittwerk_core.refuse('offer_expired');
      elsif v_limit is not null then
        perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
      end if;

      v_entry := v_locked.entry;
      v_verdict := schnittwerk_core.settle_start(
        v_entry.salon_id, v_entry.service_id, array[v_offer.staff_id], v_offer.starts_at, false,
        p_exclude_claim_ids => array[v_entry.id], p_customer_id => v_entry.customer_id);
      v_verdict.price := v_offer.price;
      v_verdict.price_details := v_offer.price_details;
      -- The promotion that made the offered price, whether or not it still applies.
      v_verdict.promotion_id := (jsonb_path_query_first(
        v_offer.price_details, '$.rules[*] ? (@.kind == "promotion").id') #>> '{}')::uuid;
      -- The trigger end_booked_entry ends the entry, its offer and the hold on the time.
      v_appointment := schnittwerk_core.insert_appointment(
        v_caller, v_verdict, v_entry.customer_id, v_entry.service_id, v_entry.notes);
      v_caller.appointment_id := v_appointment.id;
      select w.* into v_entry
      from schnittwerk_core.waitlist w
      where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
      v_caller.answer := schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_appointment), 201)
        || jsonb_build_object('waitlist_entry', schnittwerk_core.waitlist_json(v_entry));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.accept_waitlist_offer(text, uuid, uuid) is
  'Engine of schnittwerk.accept_waitlist_offer.';

revoke execute on function schnittwerk_core.accept_waitlist_offer from public;
grant execute on function schnittwerk_core.accept_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.accept_waitlist_offer(
  p_idempotency_key text, p_entry_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.accept_waitlist_offer(p_idempotency_key, p_entry_id, p_salon_id);

comment on function schnittwerk.accept_waitlist_offer(text, uuid, uuid) is
  'Books the slot that is held for a waitlist entry, at the price at which it was offered. Answers {"appointment", "waitlist_entry"}. p_idempotency_key: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, booking_limit_reached, offer_expired, and the rules of create_booking if they have changed since the offer.';

revoke execute on function schnittwerk.accept_waitlist_offer from public;
grant execute on function schnittwerk.accept_waitlist_offer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
