begin;
select plan(7);

create function pg_temp.executable_by(p_role name, p_schema name)
returns setof text
language sql
as $$
  select p.oid::regprocedure::text from pg_proc p
  where p.pronamespace = p_schema::regnamespace
    and has_function_privilege(p_role, p.oid, 'execute')
$$;

select set_eq(
  format('select pg_temp.executable_by(%L, %L)', role, 'schnittwerk'),
  $$select oid::regprocedure::text from pg_proc where pronamespace = 'schnittwerk'::regnamespace$$,
  role || ' may call every function of the API'
)
from unnest('{schnittwerk_anon, schnittwerk_user, schnittwerk_service}'::text[]) role;

-- A shim runs with its caller's rights, and so needs execute on what it hands on to.
select set_eq(
  format('select pg_temp.executable_by(%L, %L)', role, 'schnittwerk_core'),
  $$
    select distinct d.refobjid::regprocedure::text
    from pg_depend d
    join pg_proc shim on shim.oid = d.objid
    join pg_proc engine on engine.oid = d.refobjid
    where d.classid = 'pg_proc'::regclass and d.refclassid = 'pg_proc'::regclass
      and shim.pronamespace = 'schnittwerk'::regnamespace
      and engine.pronamespace = 'schnittwerk_core'::regnamespace
  $$,
  role || ' may call only those engine functions that the API calls'
)
from unnest('{schnittwerk_anon, schnittwerk_user, schnittwerk_service}'::text[]) role;

select is_empty(
  $$
    select * from pg_temp.executable_by('schnittwerk_gateway', 'schnittwerk')
    union all select * from pg_temp.executable_by('schnittwerk_gateway', 'schnittwerk_core')
  $$,
  'the gateway may call nothing before it takes a client''s role'
);

select * from finish();
rollback;
