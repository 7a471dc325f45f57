begin;
select plan(2);

create function pg_temp.catchers_of_all()
returns setof text
language sql
as $$
  select p.oid::regprocedure::text
  from pg_proc p
  where p.pronamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    and p.prosrc ~* '\ywhen\s+(\S+\s+or\s+)*others\y'
$$;

select is_empty('select pg_temp.catchers_of_all()', 'no function catches all errors');

create function schnittwerk_core.canary() returns int language plpgsql as $$
begin
  return 1;
exception when unique_violation or OTHERS then
  return 2;
end
$$;
select set_eq(
  'select pg_temp.catchers_of_all()', array['schnittwerk_core.canary()'],
  'the lint finds a function that catches all errors'
);

select * from finish();
rollback;
