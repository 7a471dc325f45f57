-- Every write of the API checks the rate limit and says who makes it before it changes anything: by
-- begin_write, or by what claims its key.
begin;
select plan(3);

create function pg_temp.nobodys_writes()
returns setof text
language sql
as $$
  select e.oid::regprocedure::text
  from pg_proc p
  join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid
    and d.refclassid = 'pg_proc'::regclass
  join pg_proc e on e.oid = d.refobjid
  where p.pronamespace = 'schnittwerk'::regnamespace and p.provolatile = 'v'
    and e.pronamespace = 'schnittwerk_core'::regnamespace and e.proname <> 'log_write'
    and pg_get_functiondef(e.oid) !~
      'schnittwerk_core\.(begin_(entry_)?(write|change)|claim_operation|change_status)\('
$$;

select is_empty('select pg_temp.nobodys_writes()', 'every write begins as somebody');
select is(
  (select string_agg(p.proname, ' ' order by p.proname) from pg_proc p
   where p.pronamespace = 'schnittwerk_core'::regnamespace
     and p.prosrc ~ 'schnittwerk_core\.(act_as|is_rate_limited)\('),
  'begin_write claim_operation log_write', 'which is done in two places, and ended in one'
);

create function schnittwerk_core.canary() returns jsonb language plpgsql volatile
as $$ begin return null; end $$;
create function schnittwerk.canary() returns jsonb language sql volatile
return schnittwerk_core.canary();
select set_eq(
  'select pg_temp.nobodys_writes()', '{schnittwerk_core.canary()}'::text[],
  'one that does not is found'
);

select * from finish();
rollback;
