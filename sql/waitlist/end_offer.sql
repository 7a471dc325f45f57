create function schnittwerk_core.end_offer(
  p_offer schnittwerk_core.waitlist_offer,
  p_status text,
  p_entry_status text,
  p_appointment_id uuid default null
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.waitlist_offer o
  set status = p_status, appointment_id = p_appointment_id
  where o.salon_id = p_offer.salon_id and o.id = p_offer.id and o.status = 'open';
  if not found then
    return false;
  end if;
  update schnittwerk_core.waitlist w
  set status = p_entry_status
  where w.salon_id = p_offer.salon_id and w.id = p_offer.entry_id;
  perform schnittwerk_core.release_claim(p_offer.salon_id, p_offer.entry_id);
  return true;
end
$$;

comment on function schnittwerk_core.end_offer(schnittwerk_core.waitlist_offer, text, text, uuid) is
  'Ends an open offer: sets its status and that of its entry and releases the time that it held. Returns false if it was no longer open. The caller has locked the entry.';

revoke execute on function schnittwerk_core.end_offer from public;
