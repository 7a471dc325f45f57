create function schnittwerk_core.affected_json(
  p_appointment schnittwerk_core.appointments, p_cause text
)
returns jsonb
language sql
stable
return (
  select schnittwerk_core.appointment_json(p_appointment) || jsonb_build_object(
    'customer_name', c.full_name, 'customer_phone', c.phone, 'staff_name', m.full_name,
    'service_name', v.name, 'cause', p_cause)
  from schnittwerk_core.customers c
  join schnittwerk_core.staff m
    on m.salon_id = c.salon_id and m.id = (p_appointment).staff_id
  join schnittwerk_core.services v
    on v.salon_id = c.salon_id and v.id = (p_appointment).service_id
  where c.salon_id = (p_appointment).salon_id and c.id = (p_appointment).customer_id
);

comment on function schnittwerk_core.affected_json(schnittwerk_core.appointments, text) is
  'An affected appointment with customer_name, customer_phone, staff_name, service_name and cause.';

revoke execute on function schnittwerk_core.affected_json from public;
