create function schnittwerk_core.expire_entry(p_entry schnittwerk_core.waitlist)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.waitlist w
  where w.salon_id = p_entry.salon_id and w.id = p_entry.id
  for no key update;
  perform schnittwerk_core.end_offer(o, 'expired', 'active')
  from schnittwerk_core.waitlist_offer o
  where o.salon_id = p_entry.salon_id and o.entry_id = p_entry.id
    and o.status = 'open' and o.expires_at <= schnittwerk_core.clock();
  update schnittwerk_core.waitlist w
  set status = 'expired'
  where w.salon_id = p_entry.salon_id and w.id = p_entry.id and w.status = 'active'
    and w.preferred_end_date < schnittwerk_core.local_today(w.salon_id);
end
$$;

comment on function schnittwerk_core.expire_entry(schnittwerk_core.waitlist) is
  'Ends a waitlist entry as expired, like process_waitlist, if its dates have passed and it has no open offer. The caller has locked the time of offered_resources.';

revoke execute on function schnittwerk_core.expire_entry from public;
