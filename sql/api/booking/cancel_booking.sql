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
  v_change record;
  v_appointment schnittwerk_core.appointments;
  v_code text;
begin
  v_change := schnittwerk_core.begin_change(
    'cancel', p_idempotency_key, p_appointment_id, p_salon_id,
    '{admin,receptionist,staff,customer}',
    p_reason => p_reason, p_override_reason => p_override_reason
  );
  if v_change.answer is not null then
    return v_change.answer;
  end if;
  v_appointment := v_change.appointment;
  v_code := (schnittwerk_core.change_failures(
    v_change.caller, v_appointment, 'cancel', p_override_reason))[1];
  if v_code is not null then
    return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.change_refusal(
      v_code, v_appointment, 'Booking cancellation failed'));
  end if;

  perform schnittwerk_core.lock_resources(v_appointment.salon_id, array[v_appointment.staff_id]);
  update schnittwerk_core.appointments a
  set
    status = 'cancelled',
    cancelled_at = schnittwerk_core.clock(),
    cancellation_reason = p_reason
  where a.salon_id = v_appointment.salon_id and a.id = v_appointment.id
  returning a.* into v_appointment;
  perform schnittwerk_core.free_appointment(v_appointment);
  return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.success(
    'appointment', schnittwerk_core.appointment_json(v_appointment)));
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
return schnittwerk_core.log_write('cancel', p_salon_id, schnittwerk_core.cancel_booking(
  p_idempotency_key, p_appointment_id, p_reason, p_override_reason, p_salon_id
));

comment on function schnittwerk.cancel_booking(text, uuid, text, text, uuid) is
  'Cancels a pending or confirmed appointment before its start, offers its time to the waitlist, and answers {"appointment"}. p_idempotency_key as for create_booking; p_reason and p_override_reason at most 2000 characters. Customers may cancel their own until the deadline that was agreed when they booked; the salon team passes it with p_override_reason, and so cancels one that has begun until late_entry_hours after its end. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, cancellation_deadline_passed.';

revoke execute on function schnittwerk.cancel_booking from public;
grant execute on function schnittwerk.cancel_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
