create function schnittwerk_core.release_claim(p_salon_id uuid, p_claim_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from schnittwerk_core.occupancy o
  using (
    select c.resource_id, c.starts_at
    from schnittwerk_core.occupancy c
    where c.salon_id = p_salon_id and c.claim_id = p_claim_id
    -- A booking that takes expired time deletes the claims on it, and may be waiting for others.
    for update skip locked
  ) c
  where o.salon_id = p_salon_id and o.claim_id = p_claim_id
    and o.resource_id = c.resource_id and o.starts_at = c.starts_at;
end
$$;

comment on function schnittwerk_core.release_claim(uuid, uuid) is
  'Releases the time that a hold or an offer claims. Waits for no lock: if a booking is taking the time of an expired claim, that booking deletes it.';

revoke execute on function schnittwerk_core.release_claim from public;
