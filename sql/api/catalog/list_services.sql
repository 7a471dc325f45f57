create function schnittwerk_core.list_services(p_salon_id uuid)
returns table (
  id uuid,
  name text,
  category text,
  duration_minutes int,
  base_price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  is_active boolean,
  steps jsonb,
  needs jsonb,
  min_price numeric,
  max_price numeric
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
begin
  return query
  select
    v.id, v.name, v.category, v.duration_minutes, v.base_price,
    v.buffer_before_minutes, v.buffer_after_minutes, v.is_active, to_jsonb(v.steps),
    to_jsonb(v.needs), v.min_price, v.max_price
  from schnittwerk_core.services v
  where v.salon_id = v_caller.salon_id
    and (v.is_active or schnittwerk_core.is_of_salon(v_caller))
  order by
    schnittwerk_core.sort_key(v.category), v.category, schnittwerk_core.sort_key(v.name), v.name;
end
$$;

comment on function schnittwerk_core.list_services(uuid) is 'Engine of schnittwerk.list_services.';

revoke execute on function schnittwerk_core.list_services from public;
grant execute on function schnittwerk_core.list_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_services(p_salon_id uuid default null)
returns table (
  id uuid,
  name text,
  category text,
  duration_minutes int,
  base_price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  is_active boolean,
  steps jsonb,
  needs jsonb,
  min_price numeric,
  max_price numeric
)
language sql
stable
begin atomic
  select
    r.id, r.name, r.category, r.duration_minutes, r.base_price, r.buffer_before_minutes,
    r.buffer_after_minutes, r.is_active, r.steps, r.needs, r.min_price, r.max_price
  from schnittwerk_core.list_services(p_salon_id) r;
end;

comment on function schnittwerk.list_services(uuid) is
  'The services by category and name. Durations and buffers are in minutes; a null buffer means the salon''s. Prices are in the salon''s currency; min_price and max_price limit what price rules and members of staff make of them, null means no limit. steps as set_service_steps takes them (null means one step), needs as set_service_resources takes them (null means none). The salon team also sees inactive services. Raises salon_required, not_found.';

revoke execute on function schnittwerk.list_services from public;
grant execute on function schnittwerk.list_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
