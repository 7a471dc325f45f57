create function schnittwerk_core.lock_units(
  p_salon_id uuid,
  p_verdicts schnittwerk_core.verdict[],
  p_moved_units schnittwerk_core.unit_use[] default null,
  p_waits boolean default true
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_ids constant uuid[] := array(
    select u.id
    from schnittwerk_core.unit u
    where u.salon_id = p_salon_id and (
      exists (select from unnest(p_moved_units) m where m.resource_id = u.id)
      or u.pool in (select n.pool from unnest(p_verdicts) v cross join lateral unnest(v.units) n)
    )
  );
begin
  if p_waits then
    perform schnittwerk_core.lock_resources(p_salon_id, v_ids);
    return true;
  end if;
  return (
    select count(*) = cardinality(v_ids)
    from (
      select
      from schnittwerk_core.resource r
      where r.salon_id = p_salon_id and r.id = any (v_ids)
      order by r.id
      for no key update skip locked
    ) locked
  );
end
$$;

comment on function schnittwerk_core.lock_units(uuid, schnittwerk_core.verdict[], schnittwerk_core.unit_use[], boolean) is
  'Locks the time of all units of the pools that the verdicts need, and of the units of a moved appointment, until the transaction ends. The caller has locked the staff, judges again afterwards, and locks no other units later. p_waits: false waits for no lock, and returns false if another transaction holds one.';

revoke execute on function schnittwerk_core.lock_units from public;
