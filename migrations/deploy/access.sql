-- Deploy schnittwerk:access to pg

begin;

-- include: sql/access/profiles.sql
create table schnittwerk_core.profiles (
  salon_id uuid not null,
  id uuid not null,
  role text not null,
  full_name text,
  email text,
  is_active boolean not null default true,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint profiles_pkey primary key (salon_id, id),
  constraint profiles_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint profiles_role_is_known check (role in ('admin', 'receptionist', 'staff', 'customer')),
  constraint profiles_full_name_is_not_blank
    check (btrim(full_name) <> '' and length(full_name) <= 200),
  constraint profiles_email_is_at_most_320 check (length(email) <= 320)
);

alter table schnittwerk_core.profiles enable row level security;

comment on table schnittwerk_core.profiles is 'What a signed-in user may do in a salon.';
comment on column schnittwerk_core.profiles.salon_id is 'The salon.';
comment on column schnittwerk_core.profiles.id is 'The user: "sub" of the token''s claims.';
comment on column schnittwerk_core.profiles.role is 'admin, receptionist, staff or customer.';
comment on column schnittwerk_core.profiles.full_name is 'The user''s name.';
comment on column schnittwerk_core.profiles.email is 'The user''s e-mail address.';
comment on column schnittwerk_core.profiles.is_active is 'An inactive profile gives no rights.';
comment on column schnittwerk_core.profiles.created_at is 'When the user got a role first.';
-- end include

-- include: sql/access/caller.sql
create type schnittwerk_core.caller as (
  salon_id uuid,
  kind text,
  user_id uuid,
  role text
);

comment on type schnittwerk_core.caller is
  'Who is calling: kind anonymous, user or service; in the salon a role (admin, receptionist, staff, customer), service, or null.';
-- end include

-- include: sql/access/is_gateway.sql
create function schnittwerk_core.is_gateway(p_login name)
returns boolean
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Since PostgreSQL 16 who makes a role is its member, to administer it but not to act as it.
  return exists (
    select from pg_catalog.pg_auth_members m
    join pg_catalog.pg_roles g on g.oid = m.roleid
    join pg_catalog.pg_roles l on l.oid = m.member
    where g.rolname = 'schnittwerk_gateway' and l.rolname = p_login
      and coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
  );
end
$$;

comment on function schnittwerk_core.is_gateway(name) is
  'Whether a login is an explicit member of schnittwerk_gateway, and so believed when it sets request.jwt.claims. Superusers are members of nothing here.';

revoke execute on function schnittwerk_core.is_gateway from public;
-- end include

-- include: sql/access/missing_supabase_grants.sql
-- Supabase's roles are members by name only: NOINHERIT, so that what is granted to schnittwerk_user
-- does not reach authenticated. "grant ... with inherit true" would, but PostgreSQL 15 has none, and
-- "alter role ... inherit" is refused on Supabase. Membership therefore says who they are to
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
  -- Any login could bear the name; the one that becomes them on behalf of others is a gateway.
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
  'What is yet to be granted to Supabase''s roles where those exist: anon is to be schnittwerk_anon, authenticated schnittwerk_user, service_role schnittwerk_service, and authenticator the gateway. Statements, none when all is done.';

revoke execute on function schnittwerk_core.missing_supabase_grants from public;
-- end include

-- include: sql/access/map_supabase_roles.sql
create function schnittwerk_core.map_supabase_roles()
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_grant text;
begin
  -- What it lists is quoted there already: @plpgsql_check_options: security_warnings = off
  for v_grant in select g from schnittwerk_core.missing_supabase_grants() g loop
    begin
      execute v_grant;
    exception when insufficient_privilege then
      -- Since PostgreSQL 16 only who made our roles, or was given them to administer, grants them;
      -- Supabase guards its own. The book works without, for everyone else.
      raise warning 'Supabase''s roles: an administrator has to run: %;', v_grant;
    end;
  end loop;
end
$$;

comment on function schnittwerk_core.map_supabase_roles() is
  'Grants what missing_supabase_grants lists, for the owner; what they may not grant is told in a warning. Migrating calls it; call it again when the roles were made later.';

revoke execute on function schnittwerk_core.map_supabase_roles from public;
-- end include

-- include: sql/access/identify.sql
create function schnittwerk_core.uuid_or_null(p_text text)
returns uuid
language sql
immutable
parallel safe
return substring(p_text from '(?i)^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$')::uuid;

comment on function schnittwerk_core.uuid_or_null(text) is
  'The uuid that a text spells; null where it spells none.';

revoke execute on function schnittwerk_core.uuid_or_null from public;

create function schnittwerk_core.identify(out kind text, out user_id uuid, out claimed_salon_id uuid)
returns record
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  -- current_user is the definer in here; the role setting is what the session chose.
  v_role name := coalesce(nullif(current_setting('role'), 'none'), session_user);
  v_claims jsonb;
begin
  kind := 'anonymous';
  -- Membership, not usage: Supabase's roles inherit nothing.
  if pg_has_role(v_role, 'schnittwerk_service', 'member') or pg_has_role(
    v_role,
    (select n.nspowner from pg_catalog.pg_namespace n where n.nspname = 'schnittwerk_core'),
    'usage'
  ) then
    -- A gateway that has not chosen a role is nobody, even where it inherits the service's rights.
    if v_role <> session_user or not schnittwerk_core.is_gateway(session_user) then
      user_id := nullif(current_setting('schnittwerk.acting_user', true), '')::uuid;
      kind := case when user_id is null then 'service' else 'user' end;
    end if;
  elsif pg_has_role(v_role, 'schnittwerk_user', 'member')
    and v_role <> session_user and schnittwerk_core.is_gateway(session_user)
  then
    v_claims := nullif(current_setting('request.jwt.claims', true), '')::jsonb;
    -- a "sub" that is no uuid is nobody's here
    user_id := schnittwerk_core.uuid_or_null(v_claims ->> 'sub');
    claimed_salon_id := schnittwerk_core.uuid_or_null(v_claims ->> 'salon_id');
    kind := case when user_id is null then 'anonymous' else 'user' end;
  end if;
end
$$;

comment on function schnittwerk_core.identify() is
  'Who is calling, from the login and the role it has set: service (the owner, members of schnittwerk_service; for a user by schnittwerk.acting_user), user ("sub" of request.jwt.claims, believed from the gateway only), else anonymous.';

revoke execute on function schnittwerk_core.identify from public;
-- end include

-- include: sql/access/enter.sql
create function schnittwerk_core.enter(p_salon_id uuid, p_roles text[] default null)
returns schnittwerk_core.caller
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_identity record;
  v_caller schnittwerk_core.caller;
begin
  select i.* into v_identity from schnittwerk_core.identify() i;
  v_caller.kind := v_identity.kind;
  v_caller.user_id := v_identity.user_id;
  if v_caller.kind = 'anonymous' and p_roles is not null then
    perform schnittwerk_core.refuse('not_authenticated');
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
-- end include

-- include: sql/access/is_of_salon.sql
create function schnittwerk_core.is_of_salon(p_caller schnittwerk_core.caller)
returns boolean
language sql
immutable
parallel safe
return coalesce((p_caller).role in ('service', 'admin', 'receptionist', 'staff'), false);

comment on function schnittwerk_core.is_of_salon(schnittwerk_core.caller) is
  'Whether the caller is one of the salon''s own people or the service.';

revoke execute on function schnittwerk_core.is_of_salon from public;
-- end include

commit;
