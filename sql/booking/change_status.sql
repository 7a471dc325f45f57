create function schnittwerk_core.change_status(
  p_operation_type text,
  p_to_status text,
  p_idempotency_key text,
  p_appointment_id uuid,
  p_salon_id uuid,
  p_override_reason text default null
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    p_operation_type, p_salon_id, '{admin,receptionist,staff}',
    p_override_reason => p_override_reason);
  v_appointment schnittwerk_core.appointments;
  v_from_status text;
  v_fee jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key, jsonb_build_array(p_appointment_id, p_override_reason),
      schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_appointment := schnittwerk_core.lock_appointment(
        v_caller, p_appointment_id, p_to_status = 'no_show');
      v_from_status := v_appointment.status;
      v_caller := schnittwerk_core.of_appointment(v_caller, v_appointment);
      if not schnittwerk_core.may_become(
        'appointment', v_appointment.status, p_to_status, v_appointment.starts_at,
        schnittwerk_core.correctable_until(v_appointment, p_override_reason)
      ) then
        perform schnittwerk_core.refuse(
          'wrong_status', schnittwerk_core.status_details(v_appointment, p_to_status));
      end if;
      update schnittwerk_core.appointments a
      set status = p_to_status
      where a.salon_id = v_appointment.salon_id and a.id = v_appointment.id
      returning a.* into v_appointment;
      v_caller.answer := schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_appointment));
      if p_to_status = 'no_show' then
        v_fee := schnittwerk_core.record_fee(v_appointment, 'no_show');
      elsif v_from_status = 'no_show' then
        v_fee := schnittwerk_core.withdraw_fee(v_appointment);
      end if;
      if p_to_status in ('no_show', 'completed') then
        v_caller.answer := v_caller.answer || jsonb_build_object('fee', v_fee);
      end if;
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.change_status(text, text, text, uuid, uuid, text) is
  'Engine of confirm_booking, complete_booking and mark_no_show: changes the status of an appointment for the salon team, and records or withdraws the fee for not showing up.';

revoke execute on function schnittwerk_core.change_status from public;
grant execute on function schnittwerk_core.change_status
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
