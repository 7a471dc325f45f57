create function schnittwerk_core.reschedule_visit(
  p_idempotency_key text,
  p_visit_id uuid,
  p_new_starts_at timestamptz,
  p_reason text,
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
    'reschedule_visit', p_salon_id, '{admin,receptionist,staff,customer}', p_reason,
    p_override_reason);
  v_is_waived constant boolean := p_override_reason is not null;
  v_visit schnittwerk_core.appointments[];
  v_first schnittwerk_core.appointments;
  v_is_move boolean;
  v_limit text;
  v_verdicts schnittwerk_core.verdict[];
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller.starts_at := p_new_starts_at;
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(
        p_visit_id, schnittwerk_core.utc_text(p_new_starts_at), p_reason, p_override_reason),
      schnittwerk_core.required_fault('p_visit_id', p_visit_id is null),
      schnittwerk_core.instant_fault('p_new_starts_at', p_new_starts_at),
      schnittwerk_core.horizon_fault(
        'p_new_starts_at', p_new_starts_at, p_override_reason, v_caller.policies)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_visit := schnittwerk_core.lock_visit(v_caller, p_visit_id);
      v_first := schnittwerk_core.earliest_item(v_visit);
      v_visit := schnittwerk_core.open_items(v_visit);
      v_caller := schnittwerk_core.of_appointment(v_caller, v_first);
      perform schnittwerk_core.require_change(
        v_caller, v_first, 'reschedule', v_is_waived, true);
      v_limit := schnittwerk_core.take_booking_turn(
        v_caller, v_first.customer_id, p_new_starts_at, v_is_waived,
        p_moved_appointment_id => p_visit_id);
      if v_limit is not null then
        perform schnittwerk_core.refuse('booking_limit_reached', v_limit);
      end if;
      v_verdicts := schnittwerk_core.settle_visit(
        v_caller.salon_id, schnittwerk_core.booked_items(v_visit), p_new_starts_at, v_is_waived,
        v_first.customer_id, p_moved => v_visit);
      -- The same start is no move.
      v_is_move := v_first.starts_at <> p_new_starts_at;
      update schnittwerk_core.appointments a
      set
        starts_at = v_verdicts[v.n].starts_at,
        ends_at = v_verdicts[v.n].ends_at,
        units = v_verdicts[v.n].units,
        reschedule_count = a.reschedule_count
          + (v_is_move and v_caller.role = 'customer')::int,
        cancellable_until = case when v_is_move
          then schnittwerk_core.cancellable_until(v_caller, v_first)
          else a.cancellable_until end
      from generate_subscripts(v_visit, 1) v (n)
      where a.salon_id = v_caller.salon_id and a.id = v_visit[v.n].id;
      if v_is_move then
        perform schnittwerk_core.free_appointments(v_caller.salon_id, v_visit);
      end if;
      v_caller.answer := schnittwerk_core.success('visit', schnittwerk_core.visit_json(
        schnittwerk_core.visible_visit(v_caller, p_visit_id)));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.reschedule_visit(text, uuid, timestamptz, text, text, uuid) is
  'Engine of schnittwerk.reschedule_visit.';

revoke execute on function schnittwerk_core.reschedule_visit from public;
grant execute on function schnittwerk_core.reschedule_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.reschedule_visit(
  p_idempotency_key text,
  p_visit_id uuid,
  p_new_starts_at timestamptz,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.reschedule_visit(
  p_idempotency_key, p_visit_id, p_new_starts_at, p_reason, p_override_reason, p_salon_id
);

comment on function schnittwerk.reschedule_visit(text, uuid, timestamptz, text, text, uuid) is
  'Moves the pending and confirmed items of a visit, all by the time between the start of the earliest and p_new_starts_at. Offers their old time to the waitlist. Answers {"visit"} in the form of get_visit. Staff, durations, distances, buffers and agreed prices stay. Deadlines and limits are those of the earliest item; a move by the customer counts once for each item. A refusal because of one item names it: "item" is its position in the visit''s appointments, from 0. p_idempotency_key: as for create_booking. p_new_starts_at: a whole minute. p_reason, p_override_reason: as for reschedule_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, reschedule_deadline_passed, reschedule_limit_reached, booking_limit_reached, service_not_offered, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, resource_unavailable, slot_conflict, customer_busy.';

revoke execute on function schnittwerk.reschedule_visit from public;
grant execute on function schnittwerk.reschedule_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
