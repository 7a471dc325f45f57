create function schnittwerk_core.require_profile(p_salon_id uuid, p_profile_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_profile_id is null then
    return;
  end if;
  -- The lock that a foreign key takes: another transaction may be erasing the user.
  perform from schnittwerk_core.profiles p
  where p.salon_id = p_salon_id and p.id = p_profile_id
  for key share;
  if not found then
    perform schnittwerk_core.refuse(
      'not_found', 'There is no such profile: call save_profile first');
  end if;
end
$$;

comment on function schnittwerk_core.require_profile(uuid, uuid) is
  'Refuses with not_found a profile that the salon does not have, and keeps an existing one from being deleted until the transaction ends. Null passes.';

revoke execute on function schnittwerk_core.require_profile from public;
