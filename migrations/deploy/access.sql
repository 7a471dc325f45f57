-- Deploy schnittwerk:access

begin;

set local search_path to pg_catalog, pg_temp;

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
  constraint profiles_full_name_is_one_line check (schnittwerk_core.is_line(full_name)),
  constraint profiles_email_is_an_address check (schnittwerk_core.is_email(email))
);

alter table schnittwerk_core.profiles enable row level security;

comment on table schnittwerk_core.profiles is 'What a signed-in user may do in a salon.';
comment on column schnittwerk_core.profiles.salon_id is 'The salon.';
comment on column schnittwerk_core.profiles.id is 'The user: "sub" of the token''s claims.';
comment on column schnittwerk_core.profiles.role is 'admin, receptionist, staff or customer.';
comment on column schnittwerk_core.profiles.full_name is 'The user''s name.';
comment on column schnittwerk_core.profiles.email is 'The user''s e-mail address.';
comment on column schnittwerk_core.profiles.is_active is 'An inactive profile gives no rights.';
comment on column schnittwerk_core.profiles.created_at is 'When the user first got a role.';
-- end include

-- include: sql/access/caller.sql
create type schnittwerk_core.caller as (
  salon_id uuid,
  kind text,
  user_id uuid,
  role text,
  policies jsonb,
  key_salt uuid,
  operation_type text,
  began_at timestamptz,
  operation_id uuid,
  correlation_id text,
  idempotency_key text,
  request_fingerprint bytea,
  reason text,
  override_reason text,
  customer_id uuid,
  appointment_id uuid,
  starts_at timestamptz,
  promotion_code text,
  rate_limited_kind text,
  answer jsonb
);

comment on type schnittwerk_core.caller is
  'Who is calling, and how far the call has come. kind: anonymous, user or service. role in the salon: admin, receptionist, staff, customer, service, or null. policies: the salon''s, as they hold. A write also has its operation_type, the ids that tie its records together, the idempotency key that it has taken, what it is about (customer_id, appointment_id, starts_at, promotion_code), and the rate limit that it has reached. answer: a refusal, a stored answer or what the body answers; null until then.';
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
-- end include

-- include: sql/access/missing_supabase_grants.sql
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
  -- The statements are quoted where they are made: @plpgsql_check_options: security_warnings = off
  for v_grant in select g from schnittwerk_core.missing_supabase_grants() g loop
    begin
      execute v_grant;
    exception when insufficient_privilege then
      -- Since PostgreSQL 16 only the creator and the administrators of our roles can grant them, and
      -- Supabase guards its own. All other callers can use the book without these grants.
      raise warning 'Supabase''s roles: an administrator has to run: %;', v_grant;
    end;
  end loop;
end
$$;

comment on function schnittwerk_core.map_supabase_roles() is
  'Grants what missing_supabase_grants lists, for the owner; logs a warning for each grant that the owner cannot make. Migrating calls it; call it again after creating the roles later.';

revoke execute on function schnittwerk_core.map_supabase_roles from public;
-- end include

-- include: sql/access/has_role.sql
create function schnittwerk_core.has_role(p_role name, p_of text)
returns boolean
language sql
stable
-- Not usage alone: Supabase's roles inherit nothing. Since PostgreSQL 16 a membership may allow
-- administration only, which does not count.
return pg_has_role(p_role, p_of, case
  when current_setting('server_version_num')::int < 160000 then 'member' else 'usage, set' end);

comment on function schnittwerk_core.has_role(name, text) is
  'Whether a role is another, has its rights or may become it.';

revoke execute on function schnittwerk_core.has_role from public;
-- end include

-- include: sql/access/identify.sql
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
-- end include

-- include: sql/access/identify_caller.sql
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
  v_caller constant schnittwerk_core.caller :=
    schnittwerk_core.identify_caller(p_salon_id, p_roles);
begin
  if v_caller.answer is not null then
    perform schnittwerk_core.refuse(v_caller.answer ->> 'code', v_caller.answer ->> 'details');
  end if;
  return v_caller;
end
$$;

comment on function schnittwerk_core.enter(uuid, text[]) is
  'Begins a read: identifies the caller (identify_caller), and raises a refusal.';

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
  'Whether the caller belongs to the salon team, or is the service.';

revoke execute on function schnittwerk_core.is_of_salon from public;
-- end include

-- include: sql/access/rate_usage.sql
-- Unlogged: a crash loses a minute of calls, and writes log less. No references: a caller need not
-- have a row anywhere.
create unlogged table schnittwerk_core.rate_usage (
  salon_id uuid not null,
  user_id uuid not null,
  kind text not null,
  calls timestamptz[] not null,
  constraint rate_usage_pkey primary key (salon_id, user_id, kind)
);

alter table schnittwerk_core.rate_usage enable row level security;

comment on table schnittwerk_core.rate_usage is
  'When each caller made the writes of the last minute: what the rate limits count.';
comment on column schnittwerk_core.rate_usage.salon_id is 'The salon.';
comment on column schnittwerk_core.rate_usage.user_id is 'Who called.';
comment on column schnittwerk_core.rate_usage.kind is 'booking, cancel, change, or code (wrong promotion codes): each has limits of its own.';
comment on column schnittwerk_core.rate_usage.calls is 'The calls that counted, oldest first.';
-- end include

-- include: sql/access/rate_limit.sql
create function schnittwerk_core.rate_limit_kind(p_operation_type text)
returns text
language sql
immutable
parallel safe
return case
  when p_operation_type in (
    'create', 'create_visit', 'reschedule', 'reschedule_visit', 'hold_slot', 'join_waitlist',
    'accept_waitlist_offer'
  ) then 'booking'
  when p_operation_type in (
    'cancel', 'cancel_visit', 'release_hold', 'leave_waitlist', 'decline_waitlist_offer'
  ) then 'cancel'
  else 'change'
end;

comment on function schnittwerk_core.rate_limit_kind(text) is
  'Which limit a write counts for: booking (what takes time), cancel (what gives it back) or change (all else).';

revoke execute on function schnittwerk_core.rate_limit_kind from public;

create function schnittwerk_core.rate_limit(p_policies jsonb, p_role text, p_kind text)
returns int
language sql
immutable
parallel safe
return case when p_kind = 'code' then 5 else (p_policies ->> (p_kind || '_rate_limit_' || case p_role
  when 'admin' then 'admin' when 'receptionist' then 'staff' when 'staff' then 'staff'
  else 'customer' end))::int end;

comment on function schnittwerk_core.rate_limit(jsonb, text, text) is
  'How many writes of a kind a caller in a role may make in a minute; 0 means any number. Always 5 for the kind code, which counts wrong promotion codes. Receptionists count as staff, callers without a role as customers.';

revoke execute on function schnittwerk_core.rate_limit from public;

create function schnittwerk_core.recent_calls(p_calls timestamptz[])
returns timestamptz[]
language sql
stable
return array(
  select c.called_at
  from unnest(p_calls) c (called_at)
  where c.called_at > schnittwerk_core.clock() - interval '1 minute'
    -- A call that began earlier than another may count after it. One that is further ahead was
    -- counted before the clock was set back.
    and c.called_at < schnittwerk_core.clock() + interval '1 minute'
  order by c.called_at
);

comment on function schnittwerk_core.recent_calls(timestamptz[]) is
  'The calls of the last minute, oldest first. Calls from before the server''s clock was set back by a minute or more do not count.';

revoke execute on function schnittwerk_core.recent_calls from public;
-- end include

-- include: sql/access/is_rate_limited.sql
create function schnittwerk_core.is_rate_limited(
  p_caller schnittwerk_core.caller, p_kind text
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- No timeout: waiting for another call of the same caller says nothing about the key.
set lock_timeout = 0
as $$
declare
  v_limit constant int := schnittwerk_core.rate_limit(p_caller.policies, p_caller.role, p_kind);
  v_calls timestamptz[];
begin
  if v_limit = 0 then
    return false;
  end if;
  -- Locked until the transaction ends, so that simultaneous calls count each other.
  insert into schnittwerk_core.rate_usage (salon_id, user_id, kind, calls)
  values (p_caller.salon_id, p_caller.user_id, p_kind, '{}')
  on conflict on constraint rate_usage_pkey do nothing;
  select u.calls into v_calls
  from schnittwerk_core.rate_usage u
  where u.salon_id = p_caller.salon_id and u.user_id = p_caller.user_id and u.kind = p_kind
  for no key update;
  return cardinality(schnittwerk_core.recent_calls(v_calls)) >= v_limit;
end
$$;

comment on function schnittwerk_core.is_rate_limited(schnittwerk_core.caller, text) is
  'Whether the caller has made as many writes of a kind in the last minute as their role may. count_call counts the call when it has ended.';

revoke execute on function schnittwerk_core.is_rate_limited from public;
-- end include

-- include: sql/access/count_call.sql
create function schnittwerk_core.count_use(p_caller schnittwerk_core.caller, p_kind text)
returns timestamptz[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_limit constant int := schnittwerk_core.rate_limit(p_caller.policies, p_caller.role, p_kind);
  v_calls timestamptz[];
begin
  insert into schnittwerk_core.rate_usage as u (salon_id, user_id, kind, calls)
  values (p_caller.salon_id, p_caller.user_id, p_kind, array[schnittwerk_core.clock()])
  on conflict on constraint rate_usage_pkey do update
  -- Calls with wrong arguments count beyond the limit too. Keeps only as many as refusals need.
  set calls = schnittwerk_core.recent_calls(
    excluded.calls || u.calls[greatest(cardinality(u.calls) - v_limit + 2, 1):])
  returning u.calls into v_calls;
  return v_calls;
end
$$;

comment on function schnittwerk_core.count_use(schnittwerk_core.caller, text) is
  'Counts a use of a kind by the caller, and returns their uses of the last minute, oldest first.';

revoke execute on function schnittwerk_core.count_use from public;

create function schnittwerk_core.count_call(
  p_caller schnittwerk_core.caller
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_kind constant text := coalesce(
    p_caller.rate_limited_kind, schnittwerk_core.rate_limit_kind(p_caller.operation_type));
  v_limit constant int := schnittwerk_core.rate_limit(p_caller.policies, p_caller.role, v_kind);
  v_is_refused constant boolean := p_caller.answer ->> 'code' = 'rate_limited';
  v_calls timestamptz[];
  v_seconds int;
begin
  if p_caller.answer ->> 'code' = 'promotion_not_valid'
    and p_caller.answer ->> 'replayed' = 'false'
  then
    perform schnittwerk_core.count_use(p_caller, 'code');
  end if;
  -- Replays do not count, nor calls that this caller may not make, nor calls to be repeated.
  if v_limit = 0 or p_caller.answer ->> 'replayed' = 'true'
    or p_caller.answer ->> 'code' in (
      'not_authenticated', 'salon_required', 'forbidden', 'request_in_flight'
    )
  then
    return p_caller.answer;
  end if;
  if v_is_refused then
    select schnittwerk_core.recent_calls(u.calls) into v_calls
    from schnittwerk_core.rate_usage u
    where u.salon_id = p_caller.salon_id and u.user_id = p_caller.user_id and u.kind = v_kind;
  else
    v_calls := schnittwerk_core.count_use(p_caller, v_kind);
  end if;

  -- The next call is possible when the oldest of the last v_limit calls is a minute old.
  v_seconds := ceil(extract(epoch from
    v_calls[greatest(cardinality(v_calls) - v_limit + 1, 1)] + interval '1 minute'
    - schnittwerk_core.clock()));
  perform set_config('response.headers', (
    coalesce(
      schnittwerk_core.json_or_null(current_setting('response.headers', true)), '[]')
    || jsonb_build_array(
      jsonb_build_object('RateLimit-Limit', v_limit::text),
      jsonb_build_object(
        'RateLimit-Remaining', greatest(v_limit - cardinality(v_calls), 0)::text),
      jsonb_build_object('RateLimit-Reset', v_seconds::text)
    )
    || case when v_is_refused
      then jsonb_build_array(jsonb_build_object('Retry-After', v_seconds::text)) else '[]' end
  )::text, true);
  return case when v_is_refused
    then p_caller.answer || jsonb_build_object('retry_after_seconds', v_seconds)
    else p_caller.answer end;
end
$$;

comment on function schnittwerk_core.count_call(schnittwerk_core.caller) is
  'Counts a write of a signed-in caller that is about to be answered, and a wrong promotion code that it gave, for their rate limits. Returns the answer, with retry_after_seconds if it is rate_limited. Sets headers for gateways: RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset (seconds; IETF draft-ietf-httpapi-ratelimit-headers) and Retry-After (RFC 9110). Call it last, so that no refusal undoes the count.';

revoke execute on function schnittwerk_core.count_call from public;
-- end include

-- include: sql/access/log_personal_read.sql
create function schnittwerk_core.log_personal_read(
  p_caller schnittwerk_core.caller,
  p_function text,
  p_rows bigint,
  p_customer_id uuid default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_caller.policies ->> 'log_personal_reads' = 'true' then
    raise log '%', jsonb_build_object(
      'message', 'Personal data read',
      'correlationId', schnittwerk_core.correlation_id(),
      'salonId', p_caller.salon_id,
      'userId', p_caller.user_id,
      'role', p_caller.role,
      'login', session_user,
      'function', p_function,
      'customerId', p_customer_id,
      'rows', p_rows
    );
  end if;
end
$$;

comment on function schnittwerk_core.log_personal_read(schnittwerk_core.caller, text, bigint, uuid) is
  'Logs that the caller was shown personal data: one line of JSON in the server''s log, which also works in a read-only transaction. The line does not contain the data. The policy log_personal_reads switches it off.';

revoke execute on function schnittwerk_core.log_personal_read from public;
-- end include

commit;
