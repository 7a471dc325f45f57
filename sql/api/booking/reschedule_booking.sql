create function schnittwerk_core.reschedule_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_new_starts_at timestamptz,
  p_new_staff_id uuid,
  p_reason text,
  p_override_reason text,
  p_new_service_id uuid,
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
    'reschedule', p_salon_id, '{admin,receptionist,staff,customer}', p_reason, p_override_reason);
  v_is_waived constant boolean := p_override_reason is not null;
  v_before schnittwerk_core.appointments;
  v_after schnittwerk_core.appointments;
  v_staff_id uuid;
  v_service_id uuid;
  v_is_move boolean;
  v_is_changed boolean;
  v_limit text;
  v_verdict schnittwerk_core.verdict;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller.starts_at := p_new_starts_at;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(
        p_appointment_id, schnittwerk_core.utc_text(p_new_starts_at), p_reason, p_override_reason,
        p_new_staff_id, p_new_service_id
      ),
      schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null),
      schnittwerk_core.instant_fault('p_new_starts_at', p_new_starts_at),
      schnittwerk_core.horizon_fault(
        'p_new_starts_at', p_new_starts_at, p_override_reason, v_caller.policies)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_before := schnittwerk_core.lock_appointment(v_caller, p_appointment_id);
      v_caller := schnittwerk_core.of_appointment(v_caller, v_before);
      v_staff_id := coalesce(p_new_staff_id, v_before.staff_id);
      v_service_id := coalesce(p_new_service_id, v_before.service_id);
      perform schnittwerk_core.require_service_and_staff(
        v_caller.salon_id, v_service_id, array[v_staff_id]);
      -- The same start with the same member of staff is no move.
      v_is_move := (v_before.staff_id, v_before.starts_at) <> (v_staff_id, p_new_starts_at);
      v_is_changed := v_before.service_id <> v_service_id;
      perform schnittwerk_core.require_change(
        v_caller, v_before,
        case when v_is_changed and not v_is_move then 'change_service' else 'reschedule' end,
        v_is_waived);
      v_limit := schnittwerk_core.take_booking_turn(
        v_caller, v_before.customer_id, p_new_starts_at, v_is_waived,
        p_moved_appointment_id => v_before.id);
      if v_limit is not null then
        perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
      end if;
      v_verdict := schnittwerk_core.settle_start(
        v_caller.salon_id, v_service_id, array[v_staff_id], p_new_starts_at, v_is_waived,
        p_exclude_claim_ids => array[v_before.id], p_moved => v_before,
        p_customer_id => v_before.customer_id, p_visit_id => v_before.visit_id,
        p_takes_promotions => v_before.visit_id is null);
      update schnittwerk_core.appointments a
      set
        service_id = v_service_id,
        staff_id = v_verdict.staff_id,
        starts_at = v_verdict.starts_at,
        ends_at = v_verdict.ends_at,
        price = v_verdict.price,
        price_details = case when v_is_changed then v_verdict.price_details
          else a.price_details end,
        promotion_id = case when v_is_changed then v_verdict.promotion_id
          else a.promotion_id end,
        buffer_before_minutes = v_verdict.buffer_before_minutes,
        buffer_after_minutes = v_verdict.buffer_after_minutes,
        steps = v_verdict.steps,
        units = v_verdict.units,
        reschedule_count = a.reschedule_count
          + (v_is_move and v_caller.role = 'customer')::int,
        cancellable_until = case when v_is_move
          then schnittwerk_core.cancellable_until(v_caller, v_before)
          else a.cancellable_until end
      where a.salon_id = v_before.salon_id and a.id = v_before.id
      returning a.* into v_after;
      if v_is_move or v_is_changed then
        perform schnittwerk_core.free_appointments(v_caller.salon_id, array[v_before]);
      end if;
      v_caller.answer := schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_after));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.reschedule_booking(text, uuid, timestamptz, uuid, text, text, uuid, uuid) is
  'Engine of schnittwerk.reschedule_booking.';

revoke execute on function schnittwerk_core.reschedule_booking from public;
grant execute on function schnittwerk_core.reschedule_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.reschedule_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_new_starts_at timestamptz,
  p_new_staff_id uuid default null,
  p_reason text default null,
  p_override_reason text default null,
  p_new_service_id uuid default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.reschedule_booking(
  p_idempotency_key, p_appointment_id, p_new_starts_at, p_new_staff_id, p_reason,
  p_override_reason, p_new_service_id, p_salon_id
);

comment on function schnittwerk.reschedule_booking(text, uuid, timestamptz, uuid, text, text, uuid, uuid) is
  'Moves a pending or confirmed appointment before its start, changes its service, or both. Answers {"appointment"}. The time that it gives up goes to the waitlist; the new time may overlap the old one. While the service stays, so do duration, steps, buffers and agreed price. The member of staff may then stay too, even if they or the service have been deactivated. A new service takes the terms on which the member of staff performs it now. It is priced anew, still with the promotion that was used if it applies. Customers may move their own appointments until the deadline and as often as agreed when they booked; only their own moves count. A new service at the same start with the same member of staff is not a move: only the deadline binds it. A move after the cancellation deadline does not start a new one. p_idempotency_key: as for create_booking. p_new_starts_at: a whole minute. p_new_staff_id, p_new_service_id: null means unchanged. p_reason: at most 2000 characters. p_override_reason: lets the salon team pass the deadline and the limit of moves, move one item of a visit, and pass the rules that create_booking waives; at most 2000 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, part_of_a_visit, reschedule_deadline_passed, reschedule_limit_reached, booking_limit_reached, service_not_offered, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, resource_unavailable, slot_conflict, customer_busy.';

revoke execute on function schnittwerk.reschedule_booking from public;
grant execute on function schnittwerk.reschedule_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
