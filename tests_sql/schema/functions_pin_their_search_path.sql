-- PL/pgSQL and string bodies look names up when they run; the others are bound to what they named.
-- pg_temp stands last by name: where it is not in the path, types are looked for there first, and a
-- domain that a client plants as "text" would run its check with the owner's rights.
-- Source: PostgreSQL, CREATE FUNCTION, "Writing SECURITY DEFINER Functions Safely".
begin;
select plan(2);

create function pg_temp.unpinned()
returns setof text
language sql
as $$
  select p.oid::regprocedure::text
  from pg_proc p
  where p.pronamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    and (p.prosqlbody is null or p.prosecdef)
    and not coalesce(p.proconfig, '{}') @> array['search_path=pg_catalog, pg_temp']
$$;

select is_empty(
  'select pg_temp.unpinned()', 'functions pin their search path to pg_catalog and pg_temp'
);

create function schnittwerk.canary() returns int language plpgsql as 'begin return 1; end';
create function schnittwerk.bird() returns int language sql as 'select 1';
create function schnittwerk_core.canary() returns int language sql security definer
set search_path = '' return 1;
select set_eq(
  'select pg_temp.unpinned()',
  '{schnittwerk.canary(),schnittwerk.bird(),schnittwerk_core.canary()}'::text[],
  'the lint finds functions without a pinned search path'
);

select * from finish();
rollback;
