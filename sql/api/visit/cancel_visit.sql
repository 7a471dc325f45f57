create function schnittwerk_core.cancel_visit(
  p_idempotency_key text,
  p_visit_id uuid,
  p_reason text,
  p_override_reason text,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'cancel_visit', p_salon_id, '{admin,receptionist,staff,customer}', p_reason,
    p_override_reason);
  v_visit schnittwerk_core.appointments[];
  v_item schnittwerk_core.appointments;
  v_is_late boolean;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_visit_id, p_reason, p_override_reason),
      schnittwerk_core.required_fault('p_visit_id', p_visit_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_visit := schnittwerk_core.lock_visit(v_caller, p_visit_id, true);
      v_item := schnittwerk_core.earliest_item(v_visit);
      v_caller := schnittwerk_core.of_appointment(v_caller, v_item);
      perform schnittwerk_core.require_change(
        v_caller, v_item, 'cancel', p_override_reason is not null, true);
      perform schnittwerk_core.lock_resources(v_caller.salon_id, array(
        select r.id
        from unnest(schnittwerk_core.open_items(v_visit)) v
        cross join lateral unnest(schnittwerk_core.claimed_resources(v)) r (id)
      ));
      v_is_late := schnittwerk_core.clock() > schnittwerk_core.cancel_deadline(v_item);
      update schnittwerk_core.appointments a
      set
        status = 'cancelled',
        cancelled_at = schnittwerk_core.clock(),
        cancellation_reason = p_reason
      where a.salon_id = v_caller.salon_id and a.visit_id = p_visit_id
        and a.status in ('pending', 'confirmed');
      perform schnittwerk_core.free_appointments(
        v_caller.salon_id, schnittwerk_core.open_items(v_visit));
      if v_is_late then
        perform schnittwerk_core.record_fee(v, 'late_cancellation')
        from unnest(schnittwerk_core.open_items(v_visit)) v;
      end if;
      v_caller.answer := schnittwerk_core.success('visit', schnittwerk_core.visit_json(
        schnittwerk_core.visible_visit(v_caller, p_visit_id)
      )) || jsonb_build_object('fees', case when v_is_late
        then schnittwerk_core.fees_of(schnittwerk_core.open_items(v_visit)) else '[]' end);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.cancel_visit(text, uuid, text, text, uuid) is
  'Engine of schnittwerk.cancel_visit.';

revoke execute on function schnittwerk_core.cancel_visit from public;
grant execute on function schnittwerk_core.cancel_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.cancel_visit(
  p_idempotency_key text,
  p_visit_id uuid,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.cancel_visit(
  p_idempotency_key, p_visit_id, p_reason, p_override_reason, p_salon_id
);

comment on function schnittwerk.cancel_visit(text, uuid, text, text, uuid) is
  'Cancels the pending and confirmed items of a visit and offers their time to the waitlist. Answers {"visit", "fees"}: the visit in the form of get_visit, and what the customer owes for each of these items, as for cancel_booking. The deadline is that of the earliest of these items, for fees too. p_idempotency_key: as for create_booking. p_reason, p_override_reason: as for cancel_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, cancellation_deadline_passed.';

revoke execute on function schnittwerk.cancel_visit from public;
grant execute on function schnittwerk.cancel_visit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
