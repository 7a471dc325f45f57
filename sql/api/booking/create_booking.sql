create function schnittwerk_core.create_booking(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid,
  p_notes text,
  p_expected_price numeric,
  p_override_reason text,
  p_hold_id uuid,
  p_promotion_code text,
  p_salon_id uuid,
  p_ends_at timestamptz default null,
  p_user_id uuid default null
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
    'create', p_salon_id, '{admin,receptionist,staff,customer}',
    p_override_reason => p_override_reason);
  v_is_waived constant boolean := p_override_reason is not null;
  v_staff_ids uuid[] := array[p_staff_id];
  v_claim_ids uuid[] := array[]::uuid[];
  v_limit text;
  v_hold schnittwerk_core.hold;
  v_held schnittwerk_core.appointments;
  v_verdict schnittwerk_core.verdict;
  v_appointment schnittwerk_core.appointments;
  v_detail text;
  v_constraint text;
begin
  if v_caller.kind = 'service' then
    v_caller.user_id := p_user_id;
  elsif v_caller.answer is null and p_user_id <> v_caller.user_id then
    v_caller.answer := schnittwerk_core.failure(
      'forbidden', 'p_user_id is not the signed-in user');
  end if;
  if v_caller.answer is null then
    v_caller.customer_id := p_customer_id;
    if p_customer_id is null then
      v_caller.customer_id := schnittwerk_core.own_customer(v_caller);
    end if;
    v_caller.starts_at := p_starts_at;
    v_caller.promotion_code := p_promotion_code;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(
        v_caller.customer_id, p_service_id, schnittwerk_core.utc_text(p_starts_at), p_staff_id,
        p_notes, trim_scale(p_expected_price), p_override_reason,
        schnittwerk_core.utc_text(p_ends_at), p_hold_id,
        schnittwerk_core.promotion_code(p_promotion_code)
      ),
      schnittwerk_core.fault(
        'p_customer_id', v_caller.kind = 'service' and p_customer_id is null, 'required',
        'p_customer_id is required: the service is not a customer'),
      schnittwerk_core.required_fault('p_service_id', p_service_id is null),
      schnittwerk_core.instant_fault('p_starts_at', p_starts_at),
      case when p_override_reason is not null
        then schnittwerk_core.horizon_fault(
          'p_starts_at', p_starts_at, p_override_reason, v_caller.policies) end,
      case when p_ends_at is not null
        then schnittwerk_core.instant_fault('p_ends_at', p_ends_at) end,
      case when p_notes is not null
        then schnittwerk_core.text_fault('p_notes', p_notes, 2000) end,
      case when p_expected_price is not null
        then schnittwerk_core.price_fault('p_expected_price', p_expected_price) end,
      case when p_promotion_code is not null then coalesce(
        schnittwerk_core.text_fault('p_promotion_code', p_promotion_code, 100),
        schnittwerk_core.fault(
          'p_promotion_code', p_hold_id is not null, 'not_allowed',
          'p_promotion_code must be left out with p_hold_id: give it to hold_slot')) end
    );
  end if;
  if v_caller.answer is null then
    begin
      v_caller.customer_id := schnittwerk_core.require_customer(v_caller, v_caller.customer_id);
      if p_hold_id is not null then
        v_hold := schnittwerk_core.hold_to_book(
          v_caller, p_hold_id, p_service_id, p_starts_at, p_staff_id);
        v_staff_ids := array[v_hold.staff_id];
        v_claim_ids := array[v_hold.id];
      end if;
      v_limit := schnittwerk_core.take_booking_turn(
        v_caller, v_caller.customer_id, p_starts_at, v_is_waived, v_claim_ids);
      if v_limit is not null then
        perform schnittwerk_core.require_service_and_staff(
          v_caller.salon_id, p_service_id, v_staff_ids);
        perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
      end if;
      if p_hold_id is not null then
        perform schnittwerk_core.lock_hold(v_hold);
        if p_expected_price <> v_hold.price then
          perform schnittwerk_core.refuse('price_mismatch', schnittwerk_core.refusal_details(
            'price_mismatch', null, p_starts_at, p_price => v_hold.price));
        end if;
        v_held.units := schnittwerk_core.held_units(v_caller.salon_id, v_claim_ids);
      elsif p_staff_id is null then
        v_staff_ids := schnittwerk_core.performers(v_caller.salon_id, p_service_id);
      end if;
      v_verdict := schnittwerk_core.settle_start(
        v_caller.salon_id, p_service_id, v_staff_ids, p_starts_at, v_is_waived, p_ends_at,
        case when p_hold_id is null then p_expected_price end, v_claim_ids, v_held,
        v_caller.customer_id, p_is_held => p_hold_id is not null,
        p_takes_promotions => true, p_promotion_code => p_promotion_code);
      if p_hold_id is not null then
        perform schnittwerk_core.take_held_use(v_hold, v_caller.customer_id);
        v_verdict.price := v_hold.price;
        v_verdict.price_details := v_hold.price_details;
        v_verdict.promotion_id := v_hold.promotion_id;
        perform schnittwerk_core.release_claim(v_caller.salon_id, p_hold_id);
      end if;
      v_appointment := schnittwerk_core.insert_appointment(
        v_caller, v_verdict, v_caller.customer_id, p_service_id, p_notes);
      v_caller.appointment_id := v_appointment.id;
      if p_hold_id is not null then
        perform schnittwerk_core.end_hold(v_hold, 'used', v_appointment.id);
      end if;
      v_caller.answer := schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_appointment), 201);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.create_booking(text, uuid, uuid, timestamptz, uuid, text, numeric, text, uuid, text, uuid, timestamptz, uuid) is
  'Engine of schnittwerk.create_booking. p_ends_at: checked if given. p_user_id: the user for whom the service acts, who then owns the key.';

revoke execute on function schnittwerk_core.create_booking from public;
grant execute on function schnittwerk_core.create_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.create_booking(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid default null,
  p_notes text default null,
  p_expected_price numeric default null,
  p_override_reason text default null,
  p_hold_id uuid default null,
  p_promotion_code text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.create_booking(
  p_idempotency_key, p_customer_id, p_service_id, p_starts_at, p_staff_id, p_notes,
  p_expected_price, p_override_reason, p_hold_id, p_promotion_code, p_salon_id
);

comment on function schnittwerk.create_booking(text, uuid, uuid, timestamptz, uuid, text, numeric, text, uuid, text, uuid) is
  'Books a service. Answers {"success", "operation_id", "replayed", "correlation_id", "http_status", "appointment"}, or the refusal. The server computes the end and the price; explain_price shows how the price comes about. p_idempotency_key: 1 to 255 printable characters; null means the Idempotency-Key header. A retry with the same key and arguments gets the same answer. p_customer_id: null means the caller. p_starts_at: a whole minute. p_staff_id: null means, of those who are free then, the one with the fewest booked minutes that day. p_notes: at most 2000 characters. p_expected_price: refuses with price_mismatch if the price is another. p_override_reason: lets the salon team pass notice, horizon (up to 730 days), holidays, hours, availability, booking limits and other appointments of the customer; at most 2000 characters. p_hold_id: books the slot that hold_slot holds, at its price. Service and start must be those of the hold, the member of staff too or null. Notice and horizon were judged when the hold was made. If the hold was for nobody yet and has a promotion that the customer may not use, the booking is refused. p_promotion_code: refuses if the promotion does not apply to this booking; case and white space do not matter. Not allowed with p_hold_id, whose price stands. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, booking_limit_reached, hold_expired, promotion_not_valid, promotion_used_up, service_not_offered, price_mismatch, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, resource_unavailable, slot_conflict, customer_busy.';

revoke execute on function schnittwerk.create_booking from public;
grant execute on function schnittwerk.create_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
