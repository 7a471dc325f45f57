create function schnittwerk_core.cancel_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
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
    'cancel', p_salon_id, '{admin,receptionist,staff,customer}', p_reason, p_override_reason);
  v_appointment schnittwerk_core.appointments;
  v_is_late boolean;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.take_key(
      v_caller, p_idempotency_key,
      jsonb_build_array(p_appointment_id, p_reason, p_override_reason),
      schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null));
  end if;
  if v_caller.answer is null then
    begin
      v_appointment := schnittwerk_core.lock_appointment(v_caller, p_appointment_id, true);
      v_caller := schnittwerk_core.of_appointment(v_caller, v_appointment);
      perform schnittwerk_core.require_change(
        v_caller, v_appointment, 'cancel', p_override_reason is not null);
      perform schnittwerk_core.lock_resources(
        v_appointment.salon_id, schnittwerk_core.claimed_resources(v_appointment));
      v_is_late := schnittwerk_core.clock() > schnittwerk_core.cancel_deadline(v_appointment);
      update schnittwerk_core.appointments a
      set
        status = 'cancelled',
        cancelled_at = schnittwerk_core.clock(),
        cancellation_reason = p_reason
      where a.salon_id = v_appointment.salon_id and a.id = v_appointment.id
      returning a.* into v_appointment;
      perform schnittwerk_core.free_appointments(v_caller.salon_id, array[v_appointment]);
      v_caller.answer := schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_appointment)
      ) || jsonb_build_object('fee', case when v_is_late
        then schnittwerk_core.record_fee(v_appointment, 'late_cancellation') end);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.cancel_booking(text, uuid, text, text, uuid) is
  'Engine of schnittwerk.cancel_booking.';

revoke execute on function schnittwerk_core.cancel_booking from public;
grant execute on function schnittwerk_core.cancel_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.cancel_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.cancel_booking(
  p_idempotency_key, p_appointment_id, p_reason, p_override_reason, p_salon_id
);

comment on function schnittwerk.cancel_booking(text, uuid, text, text, uuid) is
  'Cancels a pending or confirmed appointment before its start and offers its time to the waitlist. Answers {"appointment", "fee"}. Customers may cancel their own appointments until the deadline that was agreed when they booked. A cancellation after the deadline costs the late_cancellation_fee_percent that was agreed then; fee is null if nothing is owed. p_idempotency_key: as for create_booking. p_reason: at most 2000 characters. p_override_reason: lets the salon team cancel after the deadline, cancel one item of a visit, and cancel an appointment that has begun, until late_entry_hours after its end; at most 2000 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, part_of_a_visit, cancellation_deadline_passed.';

revoke execute on function schnittwerk.cancel_booking from public;
grant execute on function schnittwerk.cancel_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
