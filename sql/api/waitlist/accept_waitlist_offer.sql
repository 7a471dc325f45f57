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
  v_change record;
  v_locked record;
  v_operation schnittwerk_core.booking_operations;
  v_entry schnittwerk_core.waitlist;
  v_offer schnittwerk_core.waitlist_offer;
  v_calendar schnittwerk_core.salon_calendar;
  v_verdict schnittwerk_core.verdict;
  v_appointment schnittwerk_core.appointments;
  v_detail text;
begin
  v_change := schnittwerk_core.begin_entry_change(
    'accept_waitlist_offer', p_idempotency_key, p_entry_id, p_salon_id);
  if v_change.answer is not null then
    return v_change.answer;
  end if;
  v_operation := v_change.operation;
  v_offer := schnittwerk_core.open_offer((v_change.caller).salon_id, p_entry_id);
  -- the customer before the resources, as in create_booking
  v_detail := schnittwerk_core.take_booking_turn(
    v_change.caller, (v_change.entry).customer_id, v_offer.starts_at, false, p_entry_id);
  v_locked := schnittwerk_core.lock_entry(v_change.entry);
  if (v_locked.offer).id is null or (v_locked.offer).id is distinct from v_offer.id then
    return schnittwerk_core.end_operation(
      v_operation, schnittwerk_core.failure('offer_expired'));
  end if;
  v_operation.starts_at := v_offer.starts_at;
  if v_detail is not null then
    return schnittwerk_core.end_operation(
      v_operation, schnittwerk_core.failure('booking_limit_reached', v_detail));
  end if;

  v_entry := v_locked.entry;
  v_calendar := schnittwerk_core.calendar_at(v_entry.salon_id, v_offer.starts_at);
  v_verdict := schnittwerk_core.choose_staff(
    v_calendar, v_entry.service_id, array[v_offer.staff_id], v_offer.starts_at, null, null, false,
    v_entry.id
  );
  if v_verdict.failures[1] is not null then
    return schnittwerk_core.end_operation(v_operation, schnittwerk_core.failure(
      v_verdict.failures[1],
      schnittwerk_core.refusal_details(v_verdict.failures[1], v_calendar, v_offer.starts_at)));
  end if;

  v_verdict.price := v_offer.price;
  -- the hold goes before the appointment claims its time
  delete from schnittwerk_core.occupancy o
  where o.salon_id = v_entry.salon_id and o.claim_id = v_entry.id
    and o.resource_id = v_offer.staff_id;
  v_appointment := schnittwerk_core.insert_appointment(
    v_change.caller, v_verdict, v_entry.customer_id, v_entry.service_id, v_entry.notes);
  perform schnittwerk_core.end_offer(v_offer, 'accepted', 'booked', v_appointment.id);
  select w.* into v_entry
  from schnittwerk_core.waitlist w
  where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
  return schnittwerk_core.end_operation(v_operation, schnittwerk_core.success(
    'appointment', schnittwerk_core.appointment_json(v_appointment), 201,
    jsonb_build_object('waitlist_entry', schnittwerk_core.waitlist_json(v_entry))));
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
