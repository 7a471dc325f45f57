create function schnittwerk_core.reschedule_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_new_starts_at timestamptz,
  p_new_staff_id uuid,
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
  v_change record;
  v_caller schnittwerk_core.caller;
  v_before schnittwerk_core.appointments;
  v_after schnittwerk_core.appointments;
  v_staff_id uuid;
  v_is_move boolean;
  v_is_waived constant boolean := p_override_reason is not null;
  v_calendar schnittwerk_core.salon_calendar;
  v_verdict schnittwerk_core.verdict;
  v_code text;
  v_detail text;
begin
  v_change := schnittwerk_core.begin_change(
    'reschedule', p_idempotency_key, p_appointment_id, p_salon_id,
    '{admin,receptionist,staff,customer}',
    array[
      schnittwerk_core.instant_fault('p_new_starts_at', p_new_starts_at),
      schnittwerk_core.horizon_fault('p_new_starts_at', p_new_starts_at, p_override_reason)
    ],
    p_new_starts_at, jsonb_build_array(p_new_staff_id), p_reason, p_override_reason
  );
  if v_change.answer is not null then
    return v_change.answer;
  end if;
  v_caller := v_change.caller;
  v_before := v_change.appointment;
  v_staff_id := coalesce(p_new_staff_id, v_before.staff_id);
  if not exists (
    select from schnittwerk_core.staff m
    where m.salon_id = v_before.salon_id and m.id = v_staff_id
  ) then
    return schnittwerk_core.abandon_operation(
      v_change.operation, 'There is no such member of staff');
  end if;
  v_code := (schnittwerk_core.change_failures(
    v_caller, v_before, 'reschedule', v_is_waived))[1];
  if v_code is not null then
    return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.change_refusal(
      v_code, v_before, 'Booking reschedule failed'));
  end if;

  v_detail := schnittwerk_core.take_booking_turn(
    v_caller, v_before.customer_id, p_new_starts_at, v_is_waived,
    p_moved_appointment_id => v_before.id);
  if v_detail is not null then
    return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.failure(
      'booking_limit_reached', v_detail, '{"error": "Booking reschedule failed"}'));
  end if;

  perform schnittwerk_core.lock_resources(
    v_before.salon_id, array[v_before.staff_id, v_staff_id]);
  v_calendar := schnittwerk_core.calendar_at(v_before.salon_id, p_new_starts_at);
  v_verdict := schnittwerk_core.choose_staff(
    v_calendar, v_before.service_id, array[v_staff_id], p_new_starts_at, null, null, v_is_waived,
    v_before.id, v_before
  );
  v_code := v_verdict.failures[1];

  if v_code is null then
    -- to where it is already is no move
    v_is_move := (v_before.staff_id, v_before.starts_at) <> (v_verdict.staff_id, v_verdict.starts_at);
    begin
      update schnittwerk_core.appointments a
      set
        staff_id = v_verdict.staff_id,
        starts_at = v_verdict.starts_at,
        ends_at = v_verdict.ends_at,
        reschedule_count = a.reschedule_count
          + (v_is_move and v_caller.role = 'customer')::int,
        cancellable_until = case when v_is_move
          then schnittwerk_core.cancellable_until(v_caller, v_before)
          else a.cancellable_until end
      where a.salon_id = v_before.salon_id and a.id = v_before.id
      returning a.* into v_after;
      if v_is_move then
        perform schnittwerk_core.free_appointment(v_before);
      end if;
      return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.success(
        'appointment', schnittwerk_core.appointment_json(v_after)));
    exception when exclusion_violation then
      -- only a writer who goes around the lock gets here; its DETAIL would show another's times
      v_code := 'slot_conflict';
    end;
  end if;

  return schnittwerk_core.end_operation(v_change.operation, schnittwerk_core.failure(
    v_code,
    schnittwerk_core.refusal_details(v_code, v_calendar, p_new_starts_at),
    jsonb_build_object('error', case v_code
      when 'slot_conflict' then 'New time slot not available'
      else 'Booking reschedule failed' end)
  ));
end
$$;

comment on function schnittwerk_core.reschedule_booking(text, uuid, timestamptz, uuid, text, text, uuid) is
  'Engine of schnittwerk.reschedule_booking.';

revoke execute on function schnittwerk_core.reschedule_booking from public;
grant execute on function schnittwerk_core.reschedule_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.reschedule_booking(
  p_idempotency_key text,
  p_appointment_id uuid,
  p_new_starts_at timestamptz,
  p_new_staff_id uuid default null,
  p_reason text default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('reschedule', p_salon_id, schnittwerk_core.reschedule_booking(
  p_idempotency_key, p_appointment_id, p_new_starts_at, p_new_staff_id, p_reason,
  p_override_reason, p_salon_id
));

comment on function schnittwerk.reschedule_booking(text, uuid, timestamptz, uuid, text, text, uuid) is
  'Moves a pending or confirmed appointment before its start, offers its old time to the waitlist, and answers {"appointment"}. p_idempotency_key as for create_booking; p_new_starts_at: a whole minute; p_new_staff_id null = the same; p_reason and p_override_reason at most 2000 characters. Duration, buffers and agreed price stay, and so may the staff, even where they or the service have been deactivated since; the new time may overlap the old one. Customers may move their own until the deadline and as often as agreed when they booked, counting their own moves; one after the cancellation deadline opens no new one. The salon team passes both, and what create_booking lets them pass, with p_override_reason. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, wrong_status, reschedule_deadline_passed, reschedule_limit_reached, booking_limit_reached, service_not_offered, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, slot_conflict.';

revoke execute on function schnittwerk.reschedule_booking from public;
grant execute on function schnittwerk.reschedule_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
