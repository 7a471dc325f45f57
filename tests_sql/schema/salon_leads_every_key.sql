-- So that no reference crosses salons, and a database can be divided by salon as it is.
begin;
select plan(3);

create function pg_temp.keys_without_salon()
returns setof text
language sql
as $$
  select i.indexrelid::regclass::text
  from pg_index i
  join pg_class t on t.oid = i.indrelid
  where t.relnamespace = 'schnittwerk_core'::regnamespace
    and i.indkey[0] <> (
      select a.attnum from pg_attribute a where a.attrelid = t.oid and a.attname = 'salon_id'
    )
  union all
  select format('%s of %s', c.conname, c.conrelid::regclass)
  from pg_constraint c
  join pg_class t on t.oid = c.conrelid
  where t.relnamespace = 'schnittwerk_core'::regnamespace and c.contype = 'f'
    and c.conkey[1] <> (
      select a.attnum from pg_attribute a where a.attrelid = t.oid and a.attname = 'salon_id'
    )
$$;

select set_eq(
  'select pg_temp.keys_without_salon()',
  array[
    'schnittwerk_core.booking_policies_by_key',
    'booking_policies_key_is_known of schnittwerk_core.booking_policies'
  ],
  'indexes and references begin with the salon, but for policy keys'
);
select set_eq(
  $$
    select t.oid::regclass::text from pg_class t
    where t.relnamespace = 'schnittwerk_core'::regnamespace and t.relkind = 'r'
      and not exists (
        select from pg_attribute a
        where a.attrelid = t.oid and a.attname = 'salon_id' and a.attnotnull
      )
  $$,
  array[
    'schnittwerk_core.salon', 'schnittwerk_core.error_code', 'schnittwerk_core.policy_definition',
    'schnittwerk_core.published_kind',
    'schnittwerk_core.status_transition', 'schnittwerk_core.personal_column'
  ],
  'every table belongs to a salon, but for what all salons share'
);

create table schnittwerk_core.canary (salon_id uuid, id uuid primary key);
select set_has(
  'select pg_temp.keys_without_salon()', $$values ('schnittwerk_core.canary_pkey')$$,
  'the lint finds a key that does not begin with the salon'
);

select * from finish();
rollback;
