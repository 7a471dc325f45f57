create function schnittwerk.get_staff_services(p_staff_id uuid, p_salon_id uuid default null)
returns table (service_id uuid, custom_price numeric, estimated_duration_minutes int)
language sql
stable
begin atomic
  select r.service_id, r.custom_price, r.estimated_duration_minutes
  from schnittwerk_core.get_staff_services(p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.get_staff_services(uuid, uuid) is
  'What a member of staff performs, as set_staff_services takes it: custom_price in the salon''s currency, estimated_duration_minutes; null = as the service has it. For the salon team. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_staff_services from public;
grant execute on function schnittwerk.get_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
