create function schnittwerk_core.hold_slot(
  p_idempotency_key text,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid,
  p_customer_id uuid,
  p_promotion_code text,
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
    'hold_slot', p_salon_id, '{admin,receptionist,staff,customer}');
  v_staff_ids uuid[] := array[p_staff_id];
  v_hold schnittwerk_core.hold;
  v_replaced schnittwerk_core.hold;
  v_old_hold schnittwerk_core.hold;
  v_old_holds schnittwerk_core.hold[];
  v_old_ids uuid[];
  v_old_staff_ids uuid[];
  v_old schnittwerk_core.appointments;
  v_limit text;
  v_verdict schnittwerk_core.verdict;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller.customer_id := p_customer_id;
    if p_customer_id is null and v_caller.role = 'customer' then
      v_caller.customer_id := schnittwerk_core.own_customer(v_caller);
    end if;
    v_caller.starts_at := p_starts_at;
    v_caller.promotion_code := p_promotion_code;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(
        p_service_id, schnittwerk_core.utc_text(p_starts_at), p_staff_id, v_caller.customer_id,
        schnittwerk_core.promotion_code(p_promotion_code)),
      schnittwerk_core.required_fault('p_service_id', p_service_id is null),
      schnittwerk_core.instant_fault('p_starts_at', p_starts_at),
      schnittwerk_core.text_fault('p_promotion_code', p_promotion_code, 100, false)
    );
  end if;
  if v_caller.answer is null then
    begin
      if v_caller.customer_id is not null or v_caller.role = 'customer' then
        v_caller.customer_id := schnittwerk_core.require_customer(v_caller, v_caller.customer_id);
        perform schnittwerk_core.take_turn(v_caller.salon_id, v_caller.customer_id);
        select h.* into v_hold
        from schnittwerk_core.hold h
        where h.salon_id = v_caller.salon_id and h.customer_id = v_caller.customer_id
          and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
          and h.service_id = p_service_id and h.starts_at = p_starts_at
          and coalesce(h.staff_id = p_staff_id, true)
        order by h.expires_at
        limit 1;
        if p_promotion_code is not null and not exists (
          select from schnittwerk_core.price_rule r
          where r.salon_id = v_hold.salon_id and r.id = v_hold.promotion_id
            and r.conditions ->> 'code' = schnittwerk_core.promotion_code(p_promotion_code)
        ) then
          v_replaced := v_hold;
          v_hold := null;
        end if;
      end if;
      if v_hold.id is null then
        -- The holds to replace. Their time counts as free, like that of a moved appointment.
        v_old_holds := array(
          select o.hold
          from (
            select
              h as hold,
              row_number() over (
                order by h.id = v_replaced.id, h.expires_at desc, h.id desc) as n
            from schnittwerk_core.hold h
            where h.salon_id = v_caller.salon_id and h.customer_id = v_caller.customer_id
              and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
          ) o
          where o.n >= (v_caller.policies ->> 'max_open_holds_per_customer')::int
            or (o.hold).id = v_replaced.id
        );
        select
          coalesce(array_agg(o.id), '{}'), coalesce(array_agg(o.staff_id), '{}')
        into v_old_ids, v_old_staff_ids
        from unnest(v_old_holds) o;
        if v_caller.customer_id is not null and v_caller.role <> 'service' then
          v_limit := schnittwerk_core.booking_limit_details(
            v_caller.salon_id, v_caller.customer_id, p_starts_at, v_old_ids);
        end if;
        if v_limit is not null then
          perform schnittwerk_core.require_service_and_staff(
            v_caller.salon_id, p_service_id, v_staff_ids);
          perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
        end if;
        if p_staff_id is null then
          v_staff_ids := schnittwerk_core.performers(v_caller.salon_id, p_service_id);
        end if;
        perform schnittwerk_core.lock_resources(
          v_caller.salon_id, v_staff_ids || v_old_staff_ids);
        v_old.units := schnittwerk_core.held_units(v_caller.salon_id, v_old_ids);
        v_verdict := schnittwerk_core.settle_start(
          v_caller.salon_id, p_service_id, v_staff_ids, p_starts_at, false,
          p_exclude_claim_ids => v_old_ids, p_moved => v_old,
          p_customer_id => v_caller.customer_id, p_takes_promotions => true,
          p_promotion_code => p_promotion_code);
        -- An old hold may have been used or released before its staff were locked.
        for v_old_hold in
          select h.*
          from schnittwerk_core.hold h
          where h.salon_id = v_caller.salon_id and h.id = any (v_old_ids) and h.status = 'open'
        loop
          perform schnittwerk_core.free_hold(v_old_hold, 'released');
        end loop;
        insert into schnittwerk_core.hold as h (
          salon_id, customer_id, service_id, staff_id, starts_at, ends_at, price, price_details,
          promotion_id, expires_at
        )
        values (
          v_caller.salon_id, v_caller.customer_id, p_service_id, v_verdict.staff_id, p_starts_at,
          v_verdict.ends_at, v_verdict.price, v_verdict.price_details, v_verdict.promotion_id,
          least(
            schnittwerk_core.clock()
              + make_interval(mins => (v_caller.policies ->> 'hold_minutes')::int),
            p_starts_at, v_replaced.expires_at)
        )
        returning h.* into v_hold;
        perform schnittwerk_core.hold_time(
          v_hold.salon_id, v_hold.id, v_verdict, v_hold.expires_at);
        if v_old_ids <> '{}' then
          perform schnittwerk_core.offer_freed_time(v_caller.salon_id, v_old_staff_ids);
        end if;
      end if;
      v_caller.answer := schnittwerk_core.success(
        'hold', schnittwerk_core.hold_json(v_hold), 201);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.hold_slot(text, uuid, timestamptz, uuid, uuid, text, uuid) is
  'Engine of schnittwerk.hold_slot.';

revoke execute on function schnittwerk_core.hold_slot from public;
grant execute on function schnittwerk_core.hold_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.hold_slot(
  p_idempotency_key text,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid default null,
  p_customer_id uuid default null,
  p_promotion_code text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.hold_slot(
  p_idempotency_key, p_service_id, p_starts_at, p_staff_id, p_customer_id, p_promotion_code,
  p_salon_id
);

comment on function schnittwerk.hold_slot(text, uuid, timestamptz, uuid, uuid, text, uuid) is
  'Keeps a slot for hold_minutes, but never past its start, at the price that it has now. Answers {"hold"}; create_booking with p_hold_id books it. A hold is judged like a booking, counts as one for the customer''s limits, and lapses by itself. A customer has at most max_open_holds_per_customer open holds. A new one replaces the oldest, whose time goes to the waitlist. Holding the same slot again answers the existing hold, with its first expiry. Holding it with another promotion code replaces the hold and keeps the expiry. p_idempotency_key: as for create_booking. p_starts_at: a whole minute. p_staff_id: as for create_booking. p_customer_id: customers hold for themselves, and null means the caller. For the salon team null means nobody yet. p_promotion_code: as for create_booking; the hold reserves a use of the promotion. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, booking_limit_reached, promotion_not_valid, promotion_used_up, service_not_offered, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, resource_unavailable, slot_conflict, customer_busy.';

revoke execute on function schnittwerk.hold_slot from public;
grant execute on function schnittwerk.hold_slot
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
