create function schnittwerk_core.uuid_or_null(p_text text)
returns uuid
language sql
immutable
parallel safe
return substring(p_text from '(?i)^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$')::uuid;

comment on function schnittwerk_core.uuid_or_null(text) is
  'The uuid that a text spells; null if it spells none.';

revoke execute on function schnittwerk_core.uuid_or_null from public;

create function schnittwerk_core.identify(
  out kind text, out user_id uuid, out claimed_salon_id uuid, out fault text
)
returns record
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  -- Here current_user is the definer, the owner. The role setting is what the session chose.
  v_role name := coalesce(nullif(current_setting('role'), 'none'), session_user);
  v_acting_user text;
  v_claims jsonb;
begin
  kind := 'anonymous';
  if schnittwerk_core.has_role(v_role, 'schnittwerk_service')
    or pg_has_role(v_role, current_user, 'usage')
  then
    -- A gateway that has not chosen a role is anonymous, even if it inherits the service's rights.
    if v_role <> session_user or not schnittwerk_core.is_gateway(session_user) then
      v_acting_user := current_setting('schnittwerk.acting_user', true);
      if v_acting_user is null or v_acting_user = '' then
        kind := 'service';
      else
        kind := 'user';
        user_id := schnittwerk_core.uuid_or_null(v_acting_user);
        if user_id is null then
          -- It is unknown for whom the service acts, and so what it may do.
          kind := 'anonymous';
          fault := 'schnittwerk.acting_user is not a uuid';
        end if;
      end if;
    end if;
  elsif v_role <> session_user and schnittwerk_core.is_gateway(session_user) then
    v_claims := schnittwerk_core.json_or_null(current_setting('request.jwt.claims', true));
    -- A claim that is not a uuid names no user and no salon.
    claimed_salon_id := schnittwerk_core.uuid_or_null(v_claims ->> 'salon_id');
    if schnittwerk_core.has_role(v_role, 'schnittwerk_user') then
      user_id := schnittwerk_core.uuid_or_null(v_claims ->> 'sub');
      kind := case when user_id is null then 'anonymous' else 'user' end;
    end if;
  end if;
end
$$;

comment on function schnittwerk_core.identify() is
  'Who is calling, from the login and the role that it has set. kind: service (the owner and members of schnittwerk_service; with schnittwerk.acting_user they are that user), user ("sub" of request.jwt.claims, believed from a gateway only), or else anonymous. claimed_salon_id: the gateway''s claim "salon_id", also of an anonymous token. fault: why the caller is anonymous although schnittwerk.acting_user is set.';

revoke execute on function schnittwerk_core.identify from public;
