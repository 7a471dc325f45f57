create function schnittwerk_core.create_visit(
  p_idempotency_key text,
  p_customer_id uuid,
  p_items jsonb,
  p_starts_at timestamptz,
  p_notes text,
  p_expected_price numeric,
  p_override_reason text,
  p_salon_id uuid
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
    'create_visit', p_salon_id, '{admin,receptionist,staff,customer}',
    p_override_reason => p_override_reason);
  v_is_waived constant boolean := p_override_reason is not null;
  v_items schnittwerk_core.visit_item[];
  v_limit text;
  v_verdicts schnittwerk_core.verdict[];
  v_visit schnittwerk_core.appointments[];
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller.customer_id := p_customer_id;
    if p_customer_id is null then
      v_caller.customer_id := schnittwerk_core.own_customer(v_caller);
    end if;
    v_caller.starts_at := p_starts_at;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(
        v_caller.customer_id, p_items, schnittwerk_core.utc_text(p_starts_at), p_notes,
        trim_scale(p_expected_price), p_override_reason
      ),
      variadic schnittwerk_core.visit_items_faults(p_items) || array[
        schnittwerk_core.fault(
          'p_customer_id', v_caller.kind = 'service' and p_customer_id is null, 'required',
          'p_customer_id is required: the service is not a customer'),
        schnittwerk_core.instant_fault('p_starts_at', p_starts_at),
        schnittwerk_core.horizon_fault(
          'p_starts_at', p_starts_at, p_override_reason, v_caller.policies),
        case when p_notes is not null
          then schnittwerk_core.text_fault('p_notes', p_notes, 2000) end,
        case when p_expected_price is not null
          then schnittwerk_core.price_fault('p_expected_price', p_expected_price) end
      ]
    );
  end if;
  if v_caller.answer is null then
    begin
      v_caller.customer_id := schnittwerk_core.require_customer(v_caller, v_caller.customer_id);
      v_items := schnittwerk_core.visit_items(v_caller.salon_id, p_items);
      v_limit := schnittwerk_core.take_booking_turn(
        v_caller, v_caller.customer_id, p_starts_at, v_is_waived);
      if v_limit is not null then
        perform schnittwerk_core.require_visit_items(v_caller.salon_id, v_items);
        perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
      end if;
      v_verdicts := schnittwerk_core.settle_visit(
        v_caller.salon_id, v_items, p_starts_at, v_is_waived, v_caller.customer_id,
        p_expected_price);
      v_visit := schnittwerk_core.insert_visit(
        v_caller, v_verdicts, v_caller.customer_id, v_items, p_notes);
      v_caller.appointment_id := v_visit[1].id;
      v_caller.answer := schnittwerk_core.success(
        'visit', schnittwerk_core.visit_json(v_visit), 201);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.create_visit(text, uuid, jsonb, timestamptz, text, numeric, text, uuid) is
  'Engine of schnittwerk.create_visit.';

revoke execute on function schnittwerk_core.create_visit from public;
grant execute on function schnittwerk_core.create_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.create_visit(
  p_idempotency_key text,
  p_customer_id uuid,
  p_items jsonb,
  p_starts_at timestamptz,
  p_notes text default null,
  p_expected_price numeric default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.create_visit(
  p_idempotency_key, p_customer_id, p_items, p_starts_at, p_notes, p_expected_price,
  p_override_reason, p_salon_id
);

comment on function schnittwerk.create_visit(text, uuid, jsonb, timestamptz, text, numeric, text, uuid) is
  'Books a visit: all of its items or none. Answers {"visit"} in the form of get_visit. Notice, horizon and grid apply to the start of the visit. Two successive items of one member of staff have no buffer between them. A visit counts as one booking. A refusal because of one item names it: "item" is its position in p_items, from 0. p_idempotency_key: as for create_booking. p_customer_id: null means the caller. p_items: 1 to 8 of {"service_id", "staff_id"?, "together"?}, in order. Without staff_id the item gets the member of staff that find_visits lists for this start. With together true an item starts with the one before it. Otherwise it starts when that one, and all that start with it, have ended. p_starts_at: a whole minute. p_notes: for each appointment of the visit, at most 2000 characters. p_expected_price: the sum of the prices. p_override_reason: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, booking_limit_reached, service_not_offered, price_mismatch, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, resource_unavailable, slot_conflict, customer_busy.';

revoke execute on function schnittwerk.create_visit from public;
grant execute on function schnittwerk.create_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
