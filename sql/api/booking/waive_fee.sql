create function schnittwerk_core.waive_fee(
  p_idempotency_key text, p_appointment_id uuid, p_reason text, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'waive_fee', p_salon_id, '{admin,receptionist,staff}', p_reason);
  v_appointment schnittwerk_core.appointments;
  v_fee schnittwerk_core.fee;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_appointment_id, p_reason),
      schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null),
      schnittwerk_core.required_fault('p_reason', p_reason is null));
  end if;
  if v_caller.answer is null then
    begin
      -- The lock under which fees are recorded and withdrawn.
      v_appointment := schnittwerk_core.lock_appointment(v_caller, p_appointment_id);
      v_caller := schnittwerk_core.of_appointment(v_caller, v_appointment);
      select f.* into v_fee
      from schnittwerk_core.fee f
      where f.salon_id = v_caller.salon_id and f.appointment_id = p_appointment_id;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'The appointment has no fee');
      elsif v_fee.status <> 'owed' then
        perform schnittwerk_core.refuse(
          'wrong_status', format('The fee is %s already', v_fee.status));
      end if;
      update schnittwerk_core.fee f
      set status = 'waived', waived_at = schnittwerk_core.clock()
      where f.salon_id = v_caller.salon_id and f.appointment_id = p_appointment_id
      returning f.* into v_fee;
      v_caller.answer := schnittwerk_core.success('fee', schnittwerk_core.fee_json(v_fee));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.waive_fee(text, uuid, text, uuid) is
  'Engine of schnittwerk.waive_fee.';

revoke execute on function schnittwerk_core.waive_fee from public;
grant execute on function schnittwerk_core.waive_fee
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.waive_fee(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_reason text,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.waive_fee(p_idempotency_key, p_appointment_id, p_reason, p_salon_id);

comment on function schnittwerk.waive_fee(text, uuid, text, uuid) is
  'Waives the fee that a customer owes for an appointment. Answers {"fee"} with all its columns. A waived fee stays waived. For the salon team. p_idempotency_key: as for create_booking. p_reason: required, at most 2000 characters, kept in the audit trail. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found (also if the appointment has no fee), wrong_status (the fee is waived or withdrawn already).';

revoke execute on function schnittwerk.waive_fee from public;
grant execute on function schnittwerk.waive_fee
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
