create function schnittwerk_core.appointment_to_move(
  p_caller schnittwerk_core.caller, p_appointment_id uuid, p_service_id uuid
)
returns schnittwerk_core.appointments
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointment constant schnittwerk_core.appointments :=
    schnittwerk_core.visible_appointment(p_caller, p_appointment_id);
begin
  perform schnittwerk_core.require_valid(schnittwerk_core.fault(
    'p_service_id', v_appointment.service_id <> p_service_id, 'not_of_the_appointment',
    'p_service_id must be the service of the appointment, ' || v_appointment.service_id));
  return v_appointment;
end
$$;

comment on function schnittwerk_core.appointment_to_move(schnittwerk_core.caller, uuid, uuid) is
  'The appointment for which a read looks for another time. Refuses as visible_appointment, and with invalid_input unless p_service_id is its service.';

revoke execute on function schnittwerk_core.appointment_to_move from public;
