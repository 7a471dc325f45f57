create function schnittwerk_core.enter(p_salon_id uuid, p_roles text[] default null)
returns schnittwerk_core.caller
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_identity record := schnittwerk_core.identify();
  v_caller schnittwerk_core.caller;
begin
  v_caller.kind := v_identity.kind;
  v_caller.user_id := v_identity.user_id;
  if v_identity.fault is not null or v_caller.kind = 'anonymous' and p_roles is not null then
    perform schnittwerk_core.refuse('not_authenticated', v_identity.fault);
  end if;

  v_caller.salon_id := coalesce(p_salon_id, v_identity.claimed_salon_id);
  if v_caller.salon_id is null then
    -- two rows tell that there is more than one
    select case when count(*) = 1 then min(s.id::text)::uuid end into v_caller.salon_id
    from (select id from schnittwerk_core.salon limit 2) s;
    if v_caller.salon_id is null then
      perform schnittwerk_core.refuse('salon_required',
        case when not exists (select from schnittwerk_core.salon)
          then 'There is no salon yet: call save_salon' end);
    end if;
  elsif not exists (select from schnittwerk_core.salon s where s.id = v_caller.salon_id) then
    perform schnittwerk_core.refuse('not_found', 'There is no such salon');
  end if;

  if v_caller.kind = 'service' then
    v_caller.role := 'service';
  elsif v_caller.kind = 'user' then
    select p.role into v_caller.role
    from schnittwerk_core.profiles p
    where p.salon_id = v_caller.salon_id and p.id = v_caller.user_id and p.is_active;
    if not coalesce(v_caller.role, 'stranger') = any (p_roles) then
      perform schnittwerk_core.refuse('forbidden', 'Your role in this salon does not allow this');
    end if;
  end if;
  return v_caller;
end
$$;

comment on function schnittwerk_core.enter(uuid, text[]) is
  'The first checks of every call: authentication, salon (p_salon_id, else the claim''s, else the only one), role. p_roles: who may, the service always; null = anybody; ''stranger'' = signed in without a profile. Raises not_authenticated, salon_required, not_found, forbidden.';

revoke execute on function schnittwerk_core.enter from public;
