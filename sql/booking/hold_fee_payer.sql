create function schnittwerk_core.hold_fee_payer(
  p_caller schnittwerk_core.caller, p_appointment_id uuid, p_visit_id uuid default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_customer_id uuid;
begin
  if p_visit_id is null then
    select a.customer_id into v_customer_id
    from schnittwerk_core.appointments a
    where a.salon_id = p_caller.salon_id and a.id = p_appointment_id
      and num_nonnulls(a.late_cancellation_fee_percent, a.no_show_fee_percent) > 0;
  else
    select a.customer_id into v_customer_id
    from schnittwerk_core.appointments a
    where a.salon_id = p_caller.salon_id and a.visit_id = p_visit_id
      and num_nonnulls(a.late_cancellation_fee_percent, a.no_show_fee_percent) > 0
    limit 1;
  end if;
  if v_customer_id is not null then
    perform from schnittwerk_core.customers c
    where c.salon_id = p_caller.salon_id and c.id = v_customer_id
    for key share;
  end if;
end
$$;

comment on function schnittwerk_core.hold_fee_payer(schnittwerk_core.caller, uuid, uuid) is
  'Locks the customer of an appointment, or of a visit, that may come to cost a fee, as the fee''s reference does. Call it before the appointment is locked: erase_customer locks in that order.';

revoke execute on function schnittwerk_core.hold_fee_payer from public;
