create function schnittwerk_core.visible_appointment(
  p_caller schnittwerk_core.caller, p_appointment_id uuid
)
returns schnittwerk_core.appointments
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointment schnittwerk_core.appointments;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_appointment_id', p_appointment_id is null));
  select a.* into v_appointment
  from schnittwerk_core.appointments a
  where a.salon_id = p_caller.salon_id and a.id = p_appointment_id
    and schnittwerk_core.may_know_customer(p_caller, a.customer_id);
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such appointment');
  end if;
  return v_appointment;
end
$$;

comment on function schnittwerk_core.visible_appointment(schnittwerk_core.caller, uuid) is
  'The appointment with this id. Refuses with not_found if it does not exist or the caller may not see it: customers see only their own.';

revoke execute on function schnittwerk_core.visible_appointment from public;
