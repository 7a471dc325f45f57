create function schnittwerk_core.open_offers(
  p_salon_id uuid, p_customer_id uuid, p_exclude_entry_id uuid default null
)
returns setof schnittwerk_core.waitlist_offer
language sql
stable
begin atomic
  select o.*
  from schnittwerk_core.waitlist w
  join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
  where w.salon_id = p_salon_id and w.customer_id = p_customer_id
    and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
    and w.id is distinct from p_exclude_entry_id;
end;

comment on function schnittwerk_core.open_offers(uuid, uuid, uuid) is
  'The offers that a customer can accept now, without those to p_exclude_entry_id. Each counts as a booking.';

revoke execute on function schnittwerk_core.open_offers from public;
