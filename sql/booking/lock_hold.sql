create function schnittwerk_core.lock_hold(p_hold schnittwerk_core.hold)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.lock_resources(p_hold.salon_id, array[p_hold.staff_id]);
  -- After the lock, at which calls that end a hold wait for each other.
  if not exists (
    select from schnittwerk_core.hold h
    where h.salon_id = p_hold.salon_id and h.id = p_hold.id
      and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
  ) then
    perform schnittwerk_core.refuse('hold_expired');
  end if;
end
$$;

comment on function schnittwerk_core.lock_hold(schnittwerk_core.hold) is
  'Locks the time of the member of staff of a hold, and refuses with hold_expired if it is no longer open.';

revoke execute on function schnittwerk_core.lock_hold from public;
