create function schnittwerk_core.lost_unit_claims(p_salon_id uuid, p_unit_id uuid default null)
returns table (appointment_id uuid, unit_id uuid, during tstzrange)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  return query
  select a.id, u.id, o.during
  from (
    select
      u.id, u.pool, u.is_active,
      schnittwerk_core.closed_unit_time(p_salon_id, u.id, schnittwerk_core.clock(), (
        select max(o.ends_at)
        from schnittwerk_core.occupancy o
        where o.salon_id = p_salon_id and o.resource_id = u.id
      )) as closed
    from schnittwerk_core.unit u
    where u.salon_id = p_salon_id and (p_unit_id is null or u.id = p_unit_id)
    offset 0
  ) u
  join schnittwerk_core.occupancy o
    on o.salon_id = p_salon_id and o.resource_id = u.id and o.ends_at > schnittwerk_core.clock()
  join schnittwerk_core.appointments a
    on a.salon_id = p_salon_id and a.id = o.claim_id
    and a.starts_at > schnittwerk_core.clock() and a.status in ('pending', 'confirmed')
  where not u.is_active or u.closed && o.during or exists (
    select from unnest(a.units) x where x.resource_id = u.id and x.pool <> u.pool
  );
end
$$;

comment on function schnittwerk_core.lost_unit_claims(uuid, uuid) is
  'The claims of future pending and confirmed appointments on a unit that they can no longer use: it is inactive, closed, or in another pool than they need. p_unit_id: null means any unit.';

revoke execute on function schnittwerk_core.lost_unit_claims from public;
