create function schnittwerk_core.hold_fee_payer(p_appointment schnittwerk_core.appointments)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if num_nonnulls(
    p_appointment.late_cancellation_fee_percent, p_appointment.no_show_fee_percent
  ) > 0 then
    perform from schnittwerk_core.customers c
    where c.salon_id = p_appointment.salon_id and c.id = p_appointment.customer_id
    for key share;
    return found;
  end if;
  return true;
end
$$;

comment on function schnittwerk_core.hold_fee_payer(schnittwerk_core.appointments) is
  'Locks the customer of an appointment that may come to cost a fee, as the foreign key of the fee does. Call it before locking the appointment: erase_customer locks in that order. False if the customer has been merged into another, who then has the appointment.';

revoke execute on function schnittwerk_core.hold_fee_payer from public;
