begin;
select plan(2);

create function pg_temp.public_functions()
returns setof text
language sql
as $$
  select p.oid::regprocedure::text
  from pg_proc p
  cross join aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  where p.pronamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    and a.grantee = 0
$$;

select is_empty('select pg_temp.public_functions()', 'no function is executable by public');

create function schnittwerk_core.canary() returns int language sql return 1;
select set_eq(
  'select pg_temp.public_functions()', array['schnittwerk_core.canary()'],
  'the lint finds a function that public may execute'
);

select * from finish();
rollback;
