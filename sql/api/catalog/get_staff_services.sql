create function schnittwerk_core.get_staff_services(p_staff_id uuid, p_salon_id uuid)
returns table (
  service_id uuid, custom_price numeric, estimated_duration_minutes int, steps jsonb
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null));
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  return query
  select p.service_id, p.custom_price, p.estimated_duration_minutes, to_jsonb(p.steps)
  from schnittwerk_core.staff_services p
  where p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id
  order by p.service_id;
end
$$;

comment on function schnittwerk_core.get_staff_services(uuid, uuid) is
  'Engine of schnittwerk.get_staff_services.';

revoke execute on function schnittwerk_core.get_staff_services from public;
grant execute on function schnittwerk_core.get_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_staff_services(p_staff_id uuid, p_salon_id uuid default null)
returns table (
  service_id uuid, custom_price numeric, estimated_duration_minutes int, steps jsonb
)
language sql
stable
begin atomic
  select r.service_id, r.custom_price, r.estimated_duration_minutes, r.steps
  from schnittwerk_core.get_staff_services(p_staff_id, p_salon_id) r;
end;

comment on function schnittwerk.get_staff_services(uuid, uuid) is
  'The services that a member of staff performs, in the form that set_staff_services takes. custom_price is in the salon''s currency. Null columns mean the service''s value; the service''s steps are stretched to the person''s minutes. For the salon team. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_staff_services from public;
grant execute on function schnittwerk.get_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
