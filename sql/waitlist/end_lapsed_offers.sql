create function schnittwerk_core.end_lapsed_offers(p_salon_id uuid)
returns int
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer schnittwerk_core.waitlist_offer;
  v_count int := 0;
begin
  for v_offer in
    select o.*
    from schnittwerk_core.waitlist_offer o
    where o.salon_id = p_salon_id
      and o.status = 'open' and o.expires_at <= schnittwerk_core.clock()
  loop
    -- A call that has locked the entry will end the offer itself.
    perform from schnittwerk_core.waitlist w
    where w.salon_id = p_salon_id and w.id = v_offer.entry_id
    for no key update skip locked;
    if found then
      v_count := v_count + schnittwerk_core.end_offer(v_offer, 'expired', 'active')::int;
    end if;
  end loop;
  return v_count;
end
$$;

comment on function schnittwerk_core.end_lapsed_offers(uuid) is
  'Ends a salon''s offers whose time is up as expired, so that their entries can be offered another slot, and returns how many. Waits for no lock.';

revoke execute on function schnittwerk_core.end_lapsed_offers from public;
