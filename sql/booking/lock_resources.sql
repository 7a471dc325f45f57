create function schnittwerk_core.lock_resources(p_salon_id uuid, p_resource_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.resource r
  where r.salon_id = p_salon_id and r.id = any (p_resource_ids)
  order by r.kind <> 'staff', r.id
  for no key update;
end
$$;

comment on function schnittwerk_core.lock_resources(uuid, uuid[]) is
  'Locks the time of resources until the transaction ends: staff first, then units, each in id order, so that a call that has locked staff can lock units later. Read what the lock protects in a later statement.';

revoke execute on function schnittwerk_core.lock_resources from public;
