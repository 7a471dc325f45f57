-- Any login can take an advisory lock and keep it: what waits for one waits as long as a stranger
-- likes. Functions lock rows and tables instead, which clients cannot reach.
begin;
select plan(2);

create function pg_temp.takers()
returns setof text
language sql
as $$
  select p.oid::regprocedure::text
  from pg_proc p
  where p.pronamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    and pg_get_functiondef(p.oid) ~* 'advisory'
$$;

select is_empty('select pg_temp.takers()', 'no function takes an advisory lock');

create function schnittwerk_core.canary_1() returns void
language sql return pg_advisory_xact_lock(1);
create function schnittwerk_core.canary_2() returns void language plpgsql
as 'begin perform pg_try_advisory_lock(1); end';
select set_eq(
  'select pg_temp.takers()', '{schnittwerk_core.canary_1(),schnittwerk_core.canary_2()}'::text[],
  'a function that takes one is found'
);

select * from finish();
rollback;
