begin;
select plan(2);

create function pg_temp.uncommented()
returns setof text
language sql
as $$
  select (pg_identify_object(o.classid, o.objid, o.objsubid)).identity
  from (
    select 'pg_namespace'::regclass as classid, n.oid as objid, 0 as objsubid
    from pg_namespace n
    where n.nspname in ('schnittwerk', 'schnittwerk_core')
    union all
    select 'pg_class'::regclass, c.oid, column_number
    from pg_class c
    cross join lateral (
      select 0
      union all
      select a.attnum from pg_attribute a
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and c.relkind <> 'S'
    ) a (column_number)
    where c.relnamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
      and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select 'pg_proc'::regclass, p.oid, 0
    from pg_proc p
    where p.pronamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    union all
    select 'pg_type'::regclass, t.oid, 0
    from pg_type t
    left join pg_class c on c.oid = t.typrelid
    where t.typnamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
      and (t.typtype in ('d', 'e') or c.relkind = 'c')
  ) o
  left join pg_description d
    on d.classoid = o.classid and d.objoid = o.objid and d.objsubid = o.objsubid
  where coalesce(btrim(d.description), '') = ''
$$;

select is_empty(
  'select pg_temp.uncommented()',
  'schemas, tables, columns, functions and types have comments'
);

create table schnittwerk_core.canary (a int);
create function schnittwerk.canary() returns int language sql return 1;
create type schnittwerk_core.bird as (a int);
select set_eq(
  'select pg_temp.uncommented()',
  array[
    'schnittwerk_core.canary', 'schnittwerk_core.canary.a', 'schnittwerk.canary()',
    'schnittwerk_core.bird'
  ],
  'the lint finds objects without a comment'
);

select * from finish();
rollback;
