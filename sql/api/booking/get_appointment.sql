create function schnittwerk_core.get_appointment(p_appointment_id uuid, p_salon_id uuid)
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
begin
  perform schnittwerk_core.log_personal_read(
    v_caller, 'get_appointment', 1, v_appointment.customer_id);
  return schnittwerk_core.appointment_json(v_appointment) || jsonb_build_object(
    'fee', schnittwerk_core.fee_of(v_appointment.salon_id, v_appointment.id),
    'history', (
      select coalesce(jsonb_agg(
        schnittwerk_core.history_json(h)
        -- Who on the salon team acted, and why they made an exception, is internal.
        || case when schnittwerk_core.is_of_salon(v_caller) then '{}'
          else jsonb_build_object(
            'override_reason', null,
            'user_id', case when h.user_id = v_caller.user_id then h.user_id end
          ) end
        order by h.version
      ), '[]')
      from schnittwerk_core.appointment_history h
      where h.salon_id = v_appointment.salon_id and h.appointment_id = v_appointment.id
    )
  );
end
$$;

comment on function schnittwerk_core.get_appointment(uuid, uuid) is
  'Engine of schnittwerk.get_appointment.';

revoke execute on function schnittwerk_core.get_appointment from public;
grant execute on function schnittwerk_core.get_appointment
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_appointment(p_appointment_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
stable
return schnittwerk_core.get_appointment(p_appointment_id, p_salon_id);

comment on function schnittwerk.get_appointment(uuid, uuid) is
  'An appointment with all its columns, "fee" and "history". fee is the one for a late cancellation or a no-show, or null. history is a list of {"version", "action", "user_id", "role", "reason", "override_reason", "from_status", "to_status", "from_service_id", "to_service_id", "from_staff_id", "to_staff_id", "from_starts_at", "to_starts_at", "correlation_id", "created_at"}. Customers see their own appointments, without override reasons and without who on the salon team acted. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_appointment from public;
grant execute on function schnittwerk.get_appointment
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
