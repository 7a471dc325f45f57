create function schnittwerk_core.held_units(p_salon_id uuid, p_claim_ids uuid[])
returns schnittwerk_core.unit_use[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select array_agg(row(u.pool, u.id, null, null)::schnittwerk_core.unit_use)
    from schnittwerk_core.occupancy o
    join schnittwerk_core.unit u on u.salon_id = o.salon_id and u.id = o.resource_id
    where o.salon_id = p_salon_id and o.claim_id = any (p_claim_ids)
  );
end
$$;

comment on function schnittwerk_core.held_units(uuid, uuid[]) is
  'The units whose time the given holds claim; null if none. The caller locks them together with the units of what replaces the holds.';

revoke execute on function schnittwerk_core.held_units from public;
