begin;
select plan(2);

create function pg_temp.unsecured()
returns setof text
language sql
as $$
  select c.oid::regclass::text from pg_class c
  where c.relnamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    and c.relkind in ('r', 'p') and not c.relrowsecurity
$$;

select is_empty('select pg_temp.unsecured()', 'row security is enabled on every table');

create table schnittwerk_core.canary (a int);
select set_eq(
  'select pg_temp.unsecured()', array['schnittwerk_core.canary'],
  'the lint finds a table without row security'
);

select * from finish();
rollback;
