create function schnittwerk_core.lock_resources(p_salon_id uuid, p_resource_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.resource r
  where r.salon_id = p_salon_id and r.id = any (p_resource_ids)
  order by r.id
  for no key update;
end
$$;

comment on function schnittwerk_core.lock_resources(uuid, uuid[]) is
  'Locks the time of resources in id order until the transaction ends. Read what the lock protects in a later statement.';

revoke execute on function schnittwerk_core.lock_resources from public;
