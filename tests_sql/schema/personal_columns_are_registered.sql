-- Whoever adds a column that can hold text says whether it holds personal data: in personal_column,
-- so that the audit trail keeps it apart and an erasure empties it, or here.
begin;
select plan(5);

create temporary table impersonal (table_name text, columns text[]);
insert into impersonal
values
  -- codes and statuses: a few words that the engine itself writes
  ('appointments', '{status}'),
  ('booking_operations', '{operation_type,status,code,error_message}'),
  ('contact_consent', '{channel}'),
  ('event_delivery', '{channel,status,reason}'),
  ('fee', '{cause,status}'),
  ('hold', '{status}'),
  ('holidays', '{type}'),
  ('journal', '{kind,role,table_name}'),
  ('price_rule', '{kind}'),
  ('profiles', '{role}'),
  ('rate_usage', '{kind}'),
  ('refusal', '{operation_type,code,role}'),
  ('resource', '{kind}'),
  ('staff', '{kind}'),
  ('unit', '{kind}'),
  ('staff_availability', '{availability_type}'),
  ('waitlist', '{status}'),
  ('waitlist_offer', '{status}'),
  -- ids, which name nobody by themselves, logins, and a hash
  ('booking_operations', '{caller,request_fingerprint}'),
  ('journal', '{row_key,login}'),
  ('refusal', '{caller}'),
  -- keys that the client makes
  ('booking_operations', '{idempotency_key,correlation_id}'),
  ('journal', '{correlation_id}'),
  ('refusal', '{correlation_id}'),
  -- rows as they were, from which the registered columns are left out
  ('journal', '{before,after}'),
  -- names of the salon's things, and its settings
  ('booking_policies', '{policy_key,policy_value}'),
  ('event_consumer', '{name}'),
  ('event_delivery', '{target}'),
  ('holidays', '{name}'),
  ('unit', '{name,pool}'),
  ('salon', '{name,time_zone,currency}'),
  ('salon_state', '{policies}'),
  ('salon_zone', '{time_zone}'),
  ('services', '{name,category}'),
  ('price_rule', '{name,conditions,adjustment}'),
  -- what is the same for every salon
  ('error_code', '{code,title,details,remedy}'),
  ('published_kind', '{table_name,kind,event_type}'),
  ('personal_column', '{table_name,column_name,about,erasure}'),
  ('policy_definition', '{policy_key,value_type,default_value,description}'),
  ('status_transition', '{thing,from_status,to_status,moment}');

create function pg_temp.columns_of_text()
returns table (table_name text, column_name text)
language sql
as $$
  select c.relname, a.attname
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid
  join pg_type t on t.oid = a.atttypid
  left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
  where c.relnamespace = 'schnittwerk_core'::regnamespace and c.relkind in ('r', 'p')
    and not c.relispartition and a.attnum > 0 and not a.attisdropped
    and coalesce(nullif(e.typbasetype, 0), e.oid, nullif(t.typbasetype, 0), t.oid) in (
      'text'::regtype, 'varchar'::regtype, 'bpchar'::regtype, 'name'::regtype,
      'json'::regtype, 'jsonb'::regtype, 'xml'::regtype, 'bytea'::regtype
    )
$$;

create function pg_temp.undeclared()
returns setof text
language sql
as $$
  select format('%s.%s', c.table_name, c.column_name)
  from pg_temp.columns_of_text() c
  where not exists (
      select from schnittwerk_core.personal_column p
      where (p.table_name, p.column_name) = (c.table_name, c.column_name)
    )
    and not exists (
      select from impersonal i
      where i.table_name = c.table_name and c.column_name = any (i.columns)
    )
$$;

select is_empty(
  'select pg_temp.undeclared()',
  'every column that can hold text is registered as personal, or known not to be'
);
select is_empty(
  $$
    select p.table_name, p.column_name from schnittwerk_core.personal_column p
    where not exists (
      select from information_schema.columns c
      where c.table_schema = 'schnittwerk_core'
        and (c.table_name, c.column_name) = (p.table_name, p.column_name)
    )
  $$,
  'every column that is registered as personal exists'
);
select is_empty(
  $$
    select i.table_name, c.name from impersonal i cross join unnest(i.columns) c (name)
    where (i.table_name, c.name) not in (
      select o.table_name, o.column_name from pg_temp.columns_of_text() o
    )
    union all
    select p.table_name, p.column_name from schnittwerk_core.personal_column p
    join impersonal i on i.table_name = p.table_name and p.column_name = any (i.columns)
  $$,
  'every column known not to be personal exists and is not registered'
);
select is_empty(
  $$
    select p.table_name from schnittwerk_core.personal_column p
    where p.table_name not in ('booking_operations', 'event_delivery', 'journal_personal')
      and not exists (
        select from pg_trigger t
        where t.tgrelid = ('schnittwerk_core.' || p.table_name)::regclass
          and t.tgfoid = 'schnittwerk_core.record_change()'::regprocedure
      )
  $$,
  'tables with personal data have a journal trigger, but for records'
);

create domain schnittwerk_core.motto as text;
create table schnittwerk_core.canary (
  a text, b varchar(10)[], c jsonb, d bytea, e schnittwerk_core.motto, f int, g uuid
);
alter table schnittwerk_core.customers add nickname name;
select set_eq(
  'select pg_temp.undeclared()',
  array['canary.a', 'canary.b', 'canary.c', 'canary.d', 'canary.e', 'customers.nickname'],
  'the lint finds new columns that can hold text'
);

select * from finish();
rollback;
