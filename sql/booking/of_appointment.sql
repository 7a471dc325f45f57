create function schnittwerk_core.of_appointment(
  p_caller schnittwerk_core.caller, p_appointment schnittwerk_core.appointments
)
returns schnittwerk_core.caller
language plpgsql
immutable
set search_path = pg_catalog, pg_temp
as $$
begin
  p_caller.appointment_id := p_appointment.id;
  p_caller.customer_id := p_appointment.customer_id;
  p_caller.starts_at := coalesce(p_caller.starts_at, p_appointment.starts_at);
  return p_caller;
end
$$;

comment on function schnittwerk_core.of_appointment(schnittwerk_core.caller, schnittwerk_core.appointments) is
  'Makes a call''s operation refer to an appointment: to its id, its customer and, unless the call asks for another start, its start.';

revoke execute on function schnittwerk_core.of_appointment from public;
