create function schnittwerk_core.begin_entry_change(
  p_operation_type text,
  p_idempotency_key text,
  p_entry_id uuid,
  p_salon_id uuid,
  p_changes jsonb default null,
  out caller schnittwerk_core.caller,
  out operation schnittwerk_core.booking_operations,
  out entry schnittwerk_core.waitlist,
  out answer jsonb
)
returns record
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_key constant text := schnittwerk_core.effective_key(p_idempotency_key);
  v_claim record;
  v_detail text;
begin
  begin
    caller := schnittwerk_core.enter(p_salon_id, '{admin,receptionist,staff,customer}');
    if p_changes ? 'priority' and not schnittwerk_core.is_of_salon(caller) then
      perform schnittwerk_core.refuse('forbidden', 'Only the salon''s people set a priority');
    end if;
    perform schnittwerk_core.require_valid(variadic array[
      schnittwerk_core.key_fault(v_key),
      schnittwerk_core.required_fault('p_entry_id', p_entry_id is null)
    ] || case when p_operation_type = 'update_waitlist_entry'
      then schnittwerk_core.waitlist_change_faults(p_changes) end);
  exception when sqlstate 'PT000' then
    get stacked diagnostics v_detail = pg_exception_detail;
    answer := schnittwerk_core.failure(sqlerrm, v_detail);
    return;
  end;

  v_claim := schnittwerk_core.claim_operation(
    caller, p_operation_type, v_key, jsonb_build_array(p_entry_id, p_changes), null);
  if v_claim.answer is not null then
    answer := v_claim.answer;
    return;
  end if;
  operation := v_claim.operation;

  select w.* into entry
  from schnittwerk_core.waitlist w
  where w.salon_id = caller.salon_id and w.id = p_entry_id
    and schnittwerk_core.may_know_customer(caller, w.customer_id);
  if not found then
    answer := schnittwerk_core.abandon_operation(operation, 'There is no such waitlist entry');
  end if;
  operation.customer_id := entry.customer_id;
  -- before the time and the waitlist, since who accepts an offer refers to them after those
  perform schnittwerk_core.hold_customer(entry.salon_id, entry.customer_id);
end
$$;

comment on function schnittwerk_core.begin_entry_change(text, text, uuid, uuid, jsonb) is
  'Begins a keyed change of a waitlist entry: who may (a customer their own only), the arguments'' faults, the key. Either answer is set, and is to be returned, or the entry is to be locked by lock_entry and the operation ended by end_operation.';

revoke execute on function schnittwerk_core.begin_entry_change from public;
