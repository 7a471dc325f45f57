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
set search_path = pg_catalog, pg_temp
as $$
declare
  v_change record;
  v_appointment schnittwerk_core.appointments;
begin
  v_change := schnittwerk_core.begin_change(
    p_operation_type, p_idempotency_key, p_appointment_id, p_salon_id,
    '{admin,receptionist,staff}', p_override_reason => p_override_reason
  );
  if v_change.answer is not null then
    return v_change.answer;
  end if;
  v_appointment := v_change.appointment;
  if not schnittwerk_core.may_become(
    'appointment', v_appointment.status, p_to_status, v_appointment.starts_at,
    schnittwerk_core.correctable_until(v_appointment, p_override_reason)
  ) then
    return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.failure(
      'wrong_status',
      case
        when schnittwerk_core.may_become(
          'appointment', v_appointment.status, p_to_status, schnittwerk_core.clock()
        ) then 'The appointment has not begun'
        else 'The appointment is ' || replace(v_appointment.status, '_', ' ')
      end
    ));
  end if;
  begin
    update schnittwerk_core.appointments a
    set status = p_to_status
    where a.salon_id = v_appointment.salon_id and a.id = v_appointment.id
    returning a.* into v_appointment;
  exception when exclusion_violation then
    -- a correction needs the time again, which is somebody else's by now
    return schnittwerk_core.end_operation(
      v_change.operation, schnittwerk_core.failure('slot_conflict'));
  end;
  return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.success(
    'appointment', schnittwerk_core.appointment_json(v_appointment)));
end
$$;

comment on function schnittwerk_core.change_status(text, text, text, uuid, uuid, text) is
  'Gives an appointment another status, for the salon''s people: behind confirm_booking, complete_booking and mark_no_show.';

revoke execute on function schnittwerk_core.change_status from public;
