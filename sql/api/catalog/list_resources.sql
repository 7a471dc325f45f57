create function schnittwerk_core.list_resources(p_salon_id uuid)
returns table (
  id uuid,
  name text,
  kind text,
  pool text,
  is_active boolean,
  closures jsonb
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
  return query
  select
    u.id, u.name, u.kind, u.pool, u.is_active,
    coalesce((
      select jsonb_agg(
        schnittwerk_core.unit_closure_json(c)
        order by c.start_date, c.start_time nulls first, c.id)
      from schnittwerk_core.unit_closure c
      where c.salon_id = u.salon_id and c.unit_id = u.id
        and c.end_date + coalesce(c.end_time, '24:00')
          > schnittwerk_core.clock() at time zone s.time_zone
    ), '[]')
  from schnittwerk_core.unit u
  join schnittwerk_core.salon s on s.id = u.salon_id
  where u.salon_id = v_caller.salon_id
  order by
    schnittwerk_core.sort_key(u.pool), u.pool, schnittwerk_core.sort_key(u.name), u.name;
end
$$;

comment on function schnittwerk_core.list_resources(uuid) is
  'Engine of schnittwerk.list_resources.';

revoke execute on function schnittwerk_core.list_resources from public;
grant execute on function schnittwerk_core.list_resources
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_resources(p_salon_id uuid default null)
returns table (
  id uuid,
  name text,
  kind text,
  pool text,
  is_active boolean,
  closures jsonb
)
language sql
stable
begin atomic
  select r.id, r.name, r.kind, r.pool, r.is_active, r.closures
  from schnittwerk_core.list_resources(p_salon_id) r;
end;

comment on function schnittwerk.list_resources(uuid) is
  'The units (rooms and equipment) by pool and name, with the columns that save_resource takes. closures lists the current and future ones, in the form that close_resource answers. For the salon team. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.list_resources from public;
grant execute on function schnittwerk.list_resources
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
