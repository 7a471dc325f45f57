create function schnittwerk_core.release_hold(
  p_idempotency_key text, p_hold_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'release_hold', p_salon_id, '{admin,receptionist,staff,customer}');
  v_hold schnittwerk_core.hold;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_hold_id),
      schnittwerk_core.required_fault('p_hold_id', p_hold_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_hold := schnittwerk_core.require_hold(v_caller, p_hold_id);
      v_caller.customer_id := v_hold.customer_id;
      v_caller.starts_at := v_hold.starts_at;
      perform schnittwerk_core.lock_hold(v_hold);
      v_hold := schnittwerk_core.free_hold(v_hold, 'released');
      perform schnittwerk_core.offer_freed_time(v_hold.salon_id, array[v_hold.staff_id]);
      v_caller.answer := schnittwerk_core.success('hold', schnittwerk_core.hold_json(v_hold));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.release_hold(text, uuid, uuid) is
  'Engine of schnittwerk.release_hold.';

revoke execute on function schnittwerk_core.release_hold from public;
grant execute on function schnittwerk_core.release_hold
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.release_hold(
  p_idempotency_key text, p_hold_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.release_hold(p_idempotency_key, p_hold_id, p_salon_id);

comment on function schnittwerk.release_hold(text, uuid, uuid) is
  'Ends a hold before it lapses and offers its time to the waitlist. Answers {"hold"}. Customers release their own holds, the salon team any. p_idempotency_key: as for create_booking. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, hold_expired.';

revoke execute on function schnittwerk.release_hold from public;
grant execute on function schnittwerk.release_hold
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
