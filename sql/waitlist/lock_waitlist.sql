create function schnittwerk_core.lock_waitlist(p_salon_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('schnittwerk.waitlist ' || p_salon_id, 0));
end
$$;

comment on function schnittwerk_core.lock_waitlist(uuid) is
  'Lets one transaction at a time deal with a salon''s entries and offers, so that nobody is offered two slots and two writers never wait for each other''s entries. Always after lock_resources.';

revoke execute on function schnittwerk_core.lock_waitlist from public;
