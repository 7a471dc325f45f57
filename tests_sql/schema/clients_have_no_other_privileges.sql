begin;
select plan(4);

-- Privileges on schemas, tables, columns, sequences and types of the book held by anyone but the
-- owner.
create function pg_temp.privileges()
returns setof text
language sql
as $$
  select format('%s %s on %s',
    case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee) end,
    lower(a.privilege_type), o.name)
  from (
    select n.nspname as name, n.nspowner as owner, n.nspacl as acl, 'n' as kind
    from pg_namespace n
    where n.nspname in ('schnittwerk', 'schnittwerk_core')
    union all
    select c.oid::regclass::text, c.relowner, c.relacl,
      case c.relkind when 'S' then 's' else 'r' end
    from pg_class c
    where c.relnamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
      and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select format('%s.%s', c.oid::regclass, t.attname), c.relowner, t.attacl, 'c'
    from pg_class c
    join pg_attribute t on t.attrelid = c.oid and t.attacl is not null
    where c.relnamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
  ) o
  cross join aclexplode(coalesce(o.acl, acldefault(o.kind::"char", o.owner))) a
  where a.grantee <> o.owner
$$;

select set_eq(
  'select pg_temp.privileges()',
  array[
    'schnittwerk_anon usage on schnittwerk', 'schnittwerk_user usage on schnittwerk',
    'schnittwerk_service usage on schnittwerk',
    -- what monitoring reads
    'schnittwerk_service usage on schnittwerk_core',
    'schnittwerk_service select on schnittwerk_core.refusal',
    'schnittwerk_service select on schnittwerk_core.booking_operations.salon_id',
    'schnittwerk_service select on schnittwerk_core.booking_operations.id',
    'schnittwerk_service select on schnittwerk_core.booking_operations.operation_type',
    'schnittwerk_service select on schnittwerk_core.booking_operations.status',
    'schnittwerk_service select on schnittwerk_core.booking_operations.code',
    'schnittwerk_service select on schnittwerk_core.booking_operations.error_message',
    'schnittwerk_service select on schnittwerk_core.booking_operations.appointment_id',
    'schnittwerk_service select on schnittwerk_core.booking_operations.starts_at',
    'schnittwerk_service select on schnittwerk_core.booking_operations.correlation_id',
    'schnittwerk_service select on schnittwerk_core.booking_operations.replay_count',
    'schnittwerk_service select on schnittwerk_core.booking_operations.created_at',
    'schnittwerk_service select on schnittwerk_core.booking_operations.updated_at'
  ],
  'clients have no privileges but for the API and monitoring'
);

grant select (full_name) on schnittwerk_core.staff to schnittwerk_user;
grant select on schnittwerk_core.salon to public;
select set_has(
  'select pg_temp.privileges()',
  $$values ('schnittwerk_user select on schnittwerk_core.staff.full_name'),
    ('public select on schnittwerk_core.salon')$$,
  'the lint finds privileges too many'
);

create function pg_temp.not_functions()
returns setof text
language sql
as $$
  select oid::regclass::text from pg_class where relnamespace = 'schnittwerk'::regnamespace
  union all
  select oid::regtype::text from pg_type where typnamespace = 'schnittwerk'::regnamespace
$$;

select is_empty('select pg_temp.not_functions()', 'the API has functions only');

create materialized view schnittwerk.canary as select 1 as a;
create domain schnittwerk.bird as int;
select set_has(
  'select pg_temp.not_functions()',
  $$values ('schnittwerk.canary'), ('schnittwerk.bird')$$,
  'the lint finds what is no function in the API'
);

select * from finish();
rollback;
