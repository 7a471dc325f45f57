create function schnittwerk_core.waiting_entries(p_salon_id uuid)
returns setof schnittwerk_core.waitlist
language sql
stable
begin atomic
  select w.*
  from schnittwerk_core.waitlist w
  where w.salon_id = p_salon_id and w.status in ('active', 'notified')
    and not exists (
      select from schnittwerk_core.waitlist_offer o
      where o.salon_id = w.salon_id and o.entry_id = w.id
        and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
    );
end;

comment on function schnittwerk_core.waiting_entries(uuid) is
  'The entries that can be offered a slot: those that wait and have no open offer; one that has expired is none, whether or not it says so yet.';

revoke execute on function schnittwerk_core.waiting_entries from public;
