create function schnittwerk_core.lock_entry(
  inout entry schnittwerk_core.waitlist,
  p_staff_id uuid default null,
  out offer schnittwerk_core.waitlist_offer
)
returns record
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer constant schnittwerk_core.waitlist_offer :=
    schnittwerk_core.open_offer(entry.salon_id, entry.id);
begin
  perform schnittwerk_core.lock_resources(
    entry.salon_id,
    schnittwerk_core.offered_resources(entry.salon_id, entry.customer_id, entry.id)
      || p_staff_id);
  select w.* into entry
  from schnittwerk_core.waitlist w
  where w.salon_id = entry.salon_id and w.id = entry.id
  for no key update;
  offer := schnittwerk_core.open_offer(entry.salon_id, entry.id);
  -- The caller does not know of an offer that was made in the meantime.
  if offer.id is distinct from v_offer.id then
    offer := null;
  end if;
end
$$;

comment on function schnittwerk_core.lock_entry(schnittwerk_core.waitlist, uuid) is
  'Locks the time that the offer to a waitlist entry holds (offered_resources) and that of p_staff_id, then the entry. Returns the entry as it is then, with its open offer or null.';

revoke execute on function schnittwerk_core.lock_entry from public;
