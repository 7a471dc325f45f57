create function schnittwerk_core.lock_waitlist(p_salon_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.waitlist_lock l
  where l.salon_id = p_salon_id
  for no key update;
end
$$;

comment on function schnittwerk_core.lock_waitlist(uuid) is
  'Lets one transaction at a time deal with a salon''s entries and offers, so that nobody is offered two slots and two writers never wait for each other''s entries. Always after lock_resources.';

revoke execute on function schnittwerk_core.lock_waitlist from public;
