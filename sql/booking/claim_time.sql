create function schnittwerk_core.claim_time(
  p_salon_id uuid,
  p_claim_id uuid,
  p_resource_id uuid,
  p_during tstzrange,
  p_expires_at timestamptz default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Holds are rare: this look-up mostly finds an empty index.
  if exists (
    select from schnittwerk_core.occupancy o
    where o.salon_id = p_salon_id and o.resource_id = p_resource_id
      and o.expires_at <= schnittwerk_core.clock()
  ) then
    delete from schnittwerk_core.occupancy o
    where o.salon_id = p_salon_id and o.resource_id = p_resource_id
      and o.expires_at <= schnittwerk_core.clock() and o.during && p_during;
  end if;
  insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during, expires_at)
  values (p_salon_id, p_claim_id, p_resource_id, p_during, p_expires_at);
end
$$;

comment on function schnittwerk_core.claim_time(uuid, uuid, uuid, tstzrange, timestamptz) is
  'Claims the time of a resource for an appointment, or until p_expires_at for a hold or an offer. Deletes expired claims on that time. The caller has locked the resource.';

revoke execute on function schnittwerk_core.claim_time from public;
