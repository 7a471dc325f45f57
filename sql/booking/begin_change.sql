create function schnittwerk_core.begin_change(
  p_operation_type text,
  p_idempotency_key text,
  p_appointment_id uuid,
  p_salon_id uuid,
  p_roles text[],
  p_faults jsonb[] default '{}',
  p_starts_at timestamptz default null,
  p_other_arguments jsonb default '[]',
  p_reason text default null,
  p_override_reason text default null,
  out caller schnittwerk_core.caller,
  out operation schnittwerk_core.booking_operations,
  out appointment schnittwerk_core.appointments,
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
    caller := schnittwerk_core.enter(p_salon_id, p_roles);
    if p_override_reason is not null and not schnittwerk_core.is_of_salon(caller) then
      perform schnittwerk_core.refuse('forbidden', 'Only the salon''s people may override rules');
    end if;
    perform schnittwerk_core.require_valid(variadic array[
      schnittwerk_core.key_fault(v_key),
      schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null),
      schnittwerk_core.text_fault('p_reason', p_reason, 2000, false),
      schnittwerk_core.text_fault('p_override_reason', p_override_reason, 2000, false)
    ] || p_faults);
  exception when sqlstate 'PT000' then
    get stacked diagnostics v_detail = pg_exception_detail;
    answer := schnittwerk_core.failure(sqlerrm, v_detail);
    return;
  end;

  v_claim := schnittwerk_core.claim_operation(
    caller, p_operation_type, v_key,
    jsonb_build_array(
      p_appointment_id, schnittwerk_core.utc_text(p_starts_at), p_reason, p_override_reason
    ) || p_other_arguments,
    p_starts_at, null, p_reason, p_override_reason
  );
  if v_claim.answer is not null then
    answer := v_claim.answer;
    return;
  end if;
  operation := v_claim.operation;

  -- The appointment before the resources, which is also the order of whoever updates the table.
  select a.* into appointment
  from schnittwerk_core.appointments a
  where a.salon_id = caller.salon_id and a.id = p_appointment_id
    and schnittwerk_core.may_know_customer(caller, a.customer_id)
  for no key update;
  if not found then
    answer := schnittwerk_core.abandon_operation(operation, 'There is no such appointment');
    return;
  end if;
  operation.appointment_id := appointment.id;
  operation.customer_id := appointment.customer_id;
  operation.starts_at := appointment.starts_at;
end
$$;

comment on function schnittwerk_core.begin_change(text, text, uuid, uuid, text[], jsonb[], timestamptz, jsonb, text, text) is
  'Begins a keyed change of an appointment: who may (p_roles; a customer their own only), the arguments'' faults, the key with all arguments, the appointment locked. Either answer is set, and is to be returned, or the operation is to be ended by end_operation.';

revoke execute on function schnittwerk_core.begin_change from public;
