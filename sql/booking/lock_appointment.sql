create function schnittwerk_core.lock_appointment(
  p_caller schnittwerk_core.caller, p_appointment_id uuid, p_may_cost_a_fee boolean default false
)
returns schnittwerk_core.appointments
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointment schnittwerk_core.appointments;
begin
  if p_may_cost_a_fee then
    -- Refuses here what the caller may not see, with one look-up, as for an unknown id. Again if the
    -- customer was merged into another meanwhile.
    loop
      exit when schnittwerk_core.hold_fee_payer(
        schnittwerk_core.visible_appointment(p_caller, p_appointment_id));
    end loop;
  end if;
  -- Before the resources, like direct SQL that updates the table, whose trigger locks them. No call
  -- that holds a resource waits for an appointment, so this order cannot deadlock.
  select a.* into v_appointment
  from schnittwerk_core.appointments a
  where a.salon_id = p_caller.salon_id and a.id = p_appointment_id
    and schnittwerk_core.may_know_customer(p_caller, a.customer_id)
  for no key update;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such appointment');
  end if;
  return v_appointment;
end
$$;

comment on function schnittwerk_core.lock_appointment(schnittwerk_core.caller, uuid, boolean) is
  'Locks the appointment that a call changes until the transaction ends, and returns it. Refuses with not_found if it does not exist or the caller may not see it. p_may_cost_a_fee: the call may record a fee, so that the customer is locked first.';

revoke execute on function schnittwerk_core.lock_appointment from public;
