create function schnittwerk_core.is_gateway(p_login name)
returns boolean
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Most logins are not gateways. This check reads no table.
  if not schnittwerk_core.has_role(p_login, 'schnittwerk_gateway') then
    return false;
  end if;
  -- Since PostgreSQL 16 the creator of a role is its member: to administer it, not to act as it.
  return exists (
    select from pg_catalog.pg_auth_members m
    where m.roleid = to_regrole('schnittwerk_gateway')
      and m.member = to_regrole(quote_ident(p_login))
      and coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
  );
end
$$;

comment on function schnittwerk_core.is_gateway(name) is
  'Whether a login is an explicit member of schnittwerk_gateway, and is therefore believed when it sets request.jwt.claims. Being a superuser does not count.';

revoke execute on function schnittwerk_core.is_gateway from public;
