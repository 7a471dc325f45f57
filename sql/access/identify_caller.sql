create function schnittwerk_core.identify_caller(
  p_salon_id uuid, p_roles text[], p_needs_salon boolean default true
)
returns schnittwerk_core.caller
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_identity record := schnittwerk_core.identify();
  v_salon_id uuid := coalesce(p_salon_id, v_identity.claimed_salon_id);
  v_caller schnittwerk_core.caller;
begin
  v_caller.kind := v_identity.kind;
  v_caller.user_id := v_identity.user_id;
  if p_needs_salon then
    if v_salon_id is not null then
      select z.salon_id, z.policies, z.key_salt
      into v_caller.salon_id, v_caller.policies, v_caller.key_salt
      from schnittwerk_core.salon_state z
      where z.salon_id = v_salon_id;
    else
      -- The only salon, as only_salon_id() finds it, together with its state.
      select z.salon_id, z.policies, z.key_salt
      into v_caller.salon_id, v_caller.policies, v_caller.key_salt
      from (select a.* from schnittwerk_core.salon_state a limit 1) z
      where not exists (
        select from schnittwerk_core.salon_state other where other.salon_id <> z.salon_id
      );
    end if;
  end if;
  if v_caller.kind = 'service' then
    v_caller.role := 'service';
  elsif v_caller.kind = 'user' and v_caller.salon_id is not null then
    select p.role into v_caller.role
    from schnittwerk_core.profiles p
    where p.salon_id = v_caller.salon_id and p.id = v_caller.user_id and p.is_active;
  end if;

  if v_identity.fault is not null or v_caller.kind = 'anonymous' and p_roles is not null then
    v_caller.answer := schnittwerk_core.failure('not_authenticated', v_identity.fault);
  elsif p_needs_salon and v_caller.salon_id is null then
    if v_salon_id is not null then
      v_caller.answer := schnittwerk_core.failure('not_found', 'There is no such salon');
    elsif exists (select from schnittwerk_core.salon) then
      v_caller.answer := schnittwerk_core.failure('salon_required');
    else
      v_caller.answer := schnittwerk_core.failure(
        'salon_required', 'There is no salon yet: call save_salon');
    end if;
  elsif v_caller.kind = 'user' and not coalesce(v_caller.role, 'stranger') = any (p_roles) then
    v_caller.answer := schnittwerk_core.failure(
      'forbidden', 'Your role in this salon does not allow this');
  end if;
  return v_caller;
end
$$;

comment on function schnittwerk_core.identify_caller(uuid, text[], boolean) is
  'The first checks of every call: authentication, salon (p_salon_id, else the claimed one, else the only one), and role. p_roles: who may call, besides the service; null means everybody, ''stranger'' means signed in without a profile. p_needs_salon: false if the call is not about an existing salon. A refusal becomes the caller''s answer: not_authenticated, salon_required, not_found or forbidden.';

revoke execute on function schnittwerk_core.identify_caller from public;
