-- Supabase's roles are members by name only: NOINHERIT, so that what is granted to schnittwerk_user
-- does not reach authenticated. "grant ... with inherit true" would, but PostgreSQL 15 lacks it,
-- and "alter role ... inherit" is refused on Supabase. Membership therefore says who they are to
-- identify(), and privileges are granted to them directly, in the same way on every version.
create function schnittwerk_core.missing_supabase_grants()
returns setof text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  with pair as (
    select p.ours, p.theirs
    from (
      values
        ('schnittwerk_anon'::name, 'anon'::name), ('schnittwerk_user', 'authenticated'),
        ('schnittwerk_service', 'service_role')
    ) p (ours, theirs)
    join pg_catalog.pg_roles r on r.rolname = p.theirs
  )
  select format('grant %I to %I', p.ours, p.theirs)
  from pair p
  where not pg_has_role(p.theirs, p.ours, 'member')
  union all
  select format('grant usage on schema schnittwerk to %I', p.theirs)
  from pair p
  where not has_schema_privilege(p.theirs, 'schnittwerk', 'usage')
  union all
  select format('grant execute on function %s to %I',
    string_agg(f.oid::regprocedure::text, ', ' order by f.oid::regprocedure::text), p.theirs)
  from pair p
  join pg_catalog.pg_proc f on has_function_privilege(p.ours, f.oid, 'execute')
    and not has_function_privilege(p.theirs, f.oid, 'execute')
  join pg_catalog.pg_namespace n on n.oid = f.pronamespace
  where n.nspname in ('schnittwerk', 'schnittwerk_core')
  group by p.theirs
  union all
  -- Any login could have this name. Supabase's gateway is the one that may become both roles.
  select format('grant schnittwerk_gateway to %I', l.rolname)
  from pg_catalog.pg_roles l
  where l.rolname = 'authenticator' and l.rolcanlogin
    and not schnittwerk_core.is_gateway(l.rolname)
    and 2 = (
      select count(distinct g.rolname)
      from pg_catalog.pg_auth_members m
      join pg_catalog.pg_roles g on g.oid = m.roleid
      where m.member = l.oid and g.rolname in ('anon', 'authenticated')
    );
end
$$;

comment on function schnittwerk_core.missing_supabase_grants() is
  'The statements that still have to be run for Supabase''s roles, where those exist; none if all is done. They make anon a member of schnittwerk_anon, authenticated of schnittwerk_user, service_role of schnittwerk_service, and authenticator a gateway.';

revoke execute on function schnittwerk_core.missing_supabase_grants from public;
