create function schnittwerk_core.appointment_policies(p_appointment_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_appointment constant schnittwerk_core.appointments :=
    schnittwerk_core.visible_appointment(v_caller, p_appointment_id);
  v_cancel constant text[] := schnittwerk_core.change_failures(
    v_caller, v_appointment, 'cancel');
  v_reschedule constant text[] := schnittwerk_core.change_failures(
    v_caller, v_appointment, 'reschedule');
begin
  return jsonb_build_object(
    'can_cancel', v_cancel = '{}',
    'cancel_deadline', schnittwerk_core.utc_text(
      schnittwerk_core.cancel_deadline(v_appointment)),
    'can_reschedule', v_reschedule = '{}',
    'reschedule_deadline', schnittwerk_core.utc_text(
      schnittwerk_core.reschedule_deadline(v_appointment)),
    'reschedules_left', greatest(
      0, v_appointment.max_reschedules - v_appointment.reschedule_count),
    'current_status', v_appointment.status,
    'reasons', (
      select coalesce(jsonb_agg(e.code order by e.rank), '[]')
      from schnittwerk_core.error_code e
      where e.code = any (v_cancel || v_reschedule)
    )
  );
end
$$;

comment on function schnittwerk_core.appointment_policies(uuid, uuid) is
  'Engine of schnittwerk.appointment_policies.';

revoke execute on function schnittwerk_core.appointment_policies from public;
grant execute on function schnittwerk_core.appointment_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.appointment_policies(p_appointment_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.appointment_policies(p_appointment_id, p_salon_id);

comment on function schnittwerk.appointment_policies(uuid, uuid) is
  'What the caller may do with an appointment now, as the writes would decide without an override. Returns {"can_cancel", "cancel_deadline", "can_reschedule", "reschedule_deadline", "reschedules_left", "current_status", "reasons"}, deadlines in UTC. reasons are the codes of the rules that forbid a cancellation or a move. cancel_deadline is that of the earlier start if the customer moved the appointment when it was too late to cancel. find_slots with p_appointment_id lists the times to which the appointment can move. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.appointment_policies from public;
grant execute on function schnittwerk.appointment_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
