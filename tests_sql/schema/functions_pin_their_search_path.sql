-- PL/pgSQL and string bodies look names up when they run; the others are bound to what they named.
begin;
select plan(2);

create function pg_temp.unpinned()
returns setof text
language sql
as $$
  select p.oid::regprocedure::text
  from pg_proc p
  join pg_language l on l.oid = p.prolang
  where p.pronamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    and (l.lanname <> 'sql' or p.prosecdef)
    and not coalesce(p.proconfig, '{}') @> array['search_path=""']
$$;

select is_empty(
  'select pg_temp.unpinned()', 'PL/pgSQL and security definer functions have an empty search path'
);

create function schnittwerk.canary() returns int language plpgsql as 'begin return 1; end';
create function schnittwerk_core.canary() returns int language sql security definer
set search_path = public return 1;
select set_eq(
  'select pg_temp.unpinned()', '{schnittwerk.canary(),schnittwerk_core.canary()}'::text[],
  'a function without one is found'
);

select * from finish();
rollback;
