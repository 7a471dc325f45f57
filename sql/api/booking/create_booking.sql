create function schnittwerk_core.create_booking(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid,
  p_notes text,
  p_expected_price numeric,
  p_override_reason text,
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
  v_caller schnittwerk_core.caller;
  v_key constant text := schnittwerk_core.effective_key(p_idempotency_key);
  v_customer_id uuid := p_customer_id;
  v_staff_ids uuid[];
  v_claim record;
  v_calendar schnittwerk_core.salon_calendar;
  v_verdict schnittwerk_core.verdict;
  v_appointment schnittwerk_core.appointments;
  v_code text;
  v_detail text;
begin
  begin
    v_caller := schnittwerk_core.enter(p_salon_id, '{admin,receptionist,staff,customer}');
    if v_caller.kind = 'service' then
      v_caller.user_id := p_user_id;
    elsif p_user_id <> v_caller.user_id then
      perform schnittwerk_core.refuse('forbidden', 'p_user_id is not the signed-in user');
    end if;
    if p_override_reason is not null and not schnittwerk_core.is_of_salon(v_caller) then
      perform schnittwerk_core.refuse('forbidden', 'Only the salon''s people may override rules');
    end if;
    perform schnittwerk_core.require_valid(
      schnittwerk_core.key_fault(v_key),
      schnittwerk_core.fault(
        'p_customer_id', v_caller.kind = 'service' and p_customer_id is null, 'required',
        'p_customer_id is required: the service is no customer'),
      schnittwerk_core.required_fault('p_service_id', p_service_id is null),
      schnittwerk_core.instant_fault('p_starts_at', p_starts_at),
      schnittwerk_core.horizon_fault('p_starts_at', p_starts_at, p_override_reason),
      schnittwerk_core.instant_fault('p_ends_at', p_ends_at, false),
      schnittwerk_core.text_fault('p_notes', p_notes, 2000, false),
      schnittwerk_core.price_fault('p_expected_price', p_expected_price, false),
      schnittwerk_core.text_fault('p_override_reason', p_override_reason, 2000, false)
    );
  exception when sqlstate 'PT000' then
    get stacked diagnostics v_detail = pg_exception_detail;
    return schnittwerk_core.failure(sqlerrm, v_detail);
  end;

  if v_customer_id is null then
    select c.id into v_customer_id
    from schnittwerk_core.customers c
    where c.salon_id = v_caller.salon_id and c.profile_id = v_caller.user_id;
  end if;

  v_claim := schnittwerk_core.claim_operation(
    v_caller, 'create', v_key,
    jsonb_build_array(
      v_customer_id, p_service_id, schnittwerk_core.utc_text(p_starts_at), p_staff_id, p_notes,
      trim_scale(p_expected_price), p_override_reason, schnittwerk_core.utc_text(p_ends_at)
    ),
    p_starts_at, v_customer_id, null, p_override_reason
  );
  if v_claim.answer is not null then
    return v_claim.answer;
  end if;

  v_detail := schnittwerk_core.unknown_thing(
    v_caller, v_customer_id, p_service_id, p_staff_id);
  if v_detail is not null then
    return schnittwerk_core.abandon_operation(v_claim.operation, v_detail);
  end if;

  v_detail := schnittwerk_core.take_booking_turn(
    v_caller, v_customer_id, p_starts_at, p_override_reason is not null);
  if v_detail is not null then
    return schnittwerk_core.end_operation(
      v_claim.operation, schnittwerk_core.failure('booking_limit_reached', v_detail));
  end if;

  v_staff_ids := case when p_staff_id is null
    then schnittwerk_core.performers(v_caller.salon_id, p_service_id) else array[p_staff_id] end;
  begin
    perform schnittwerk_core.lock_resources(v_caller.salon_id, v_staff_ids);
    v_calendar := schnittwerk_core.calendar_at(v_caller.salon_id, p_starts_at);
    v_verdict := schnittwerk_core.choose_staff(
      v_calendar, p_service_id, v_staff_ids, p_starts_at, p_ends_at, p_expected_price,
      p_override_reason is not null
    );
    v_code := case when v_verdict.staff_id is null then 'service_not_offered'
      else v_verdict.failures[1] end;
    if v_code is null then
      v_appointment := schnittwerk_core.insert_appointment(
        v_calendar, v_verdict, v_customer_id, p_service_id, p_notes);
      return schnittwerk_core.end_operation(v_claim.operation, schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_appointment), 201
      ));
    end if;
    -- Leaving the block so gives up the locks: of many who want one slot, none waits until the
    -- refusal of the one before is on disk.
    raise exception using errcode = 'SW001';
  exception
    when sqlstate 'SW001' then
      null;
    when exclusion_violation then
      -- only a writer who goes around the lock gets here; its DETAIL would show another's times
      v_code := 'slot_conflict';
  end;

  return schnittwerk_core.end_operation(v_claim.operation, schnittwerk_core.failure(
    v_code,
    schnittwerk_core.refusal_details(
      v_code, v_calendar, p_starts_at, v_verdict.duration_minutes, v_verdict.price)
  ));
end
$$;

comment on function schnittwerk_core.create_booking(text, uuid, uuid, timestamptz, uuid, text, numeric, text, uuid, timestamptz, uuid) is
  'Engine of schnittwerk.create_booking; p_ends_at is checked where given, p_user_id is for whom the service acts (the owner of the key).';

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
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('create', p_salon_id, schnittwerk_core.create_booking(
  p_idempotency_key, p_customer_id, p_service_id, p_starts_at, p_staff_id, p_notes,
  p_expected_price, p_override_reason, p_salon_id
));

comment on function schnittwerk.create_booking(text, uuid, uuid, timestamptz, uuid, text, numeric, text, uuid) is
  'Books a service and answers {"success", "operation_id", "replayed", "correlation_id", "http_status", "appointment"} or the refusal. p_idempotency_key: 1 to 255 printable characters, null = the Idempotency-Key header; a retry with the same key and arguments gets the same answer. p_customer_id null = the caller; p_starts_at: a whole minute; p_staff_id null = of those free then whoever has the fewest booked minutes that day; p_notes at most 2000 characters; p_expected_price: refused with price_mismatch where the price is another; p_override_reason: the salon''s people waive notice, horizon (up to 730 days), holidays, hours and availability. End and price are the server''s. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, service_not_offered, price_mismatch, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, slot_conflict.';

revoke execute on function schnittwerk.create_booking from public;
grant execute on function schnittwerk.create_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
