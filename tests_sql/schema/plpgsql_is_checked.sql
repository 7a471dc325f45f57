-- plpgsql_check reads every statement of every PL/pgSQL function as the server would plan it.
begin;
create function pg_temp.is_available()
returns boolean
language plpgsql
as $$
begin
  load 'plpgsql_check';
  return true;
exception when undefined_file then
  return false;
end
$$;
select pg_temp.is_available() \gset
\if :is_available
  create schema plpgsql_check;
  create extension plpgsql_check schema plpgsql_check;
  select plan(count(*)::int + 2)
  from pg_proc p
  join pg_language l on l.oid = p.prolang
  where p.pronamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    and l.lanname = 'plpgsql';

  -- What it finds in a function; in a trigger's function for each table that it serves.
  create function pg_temp.findings(p_function regprocedure)
  returns setof text
  language sql
  as $$
    select concat_ws(' ', f.level, 'line', f.lineno || ':', f.message, f.detail, f.statement)
    from (
      select 0::oid as tgrelid, null::name as tgoldtable, null::name as tgnewtable
      from pg_proc p where p.oid = p_function and p.prorettype <> 'trigger'::regtype
      union
      select t.tgrelid, t.tgoldtable, t.tgnewtable from pg_trigger t where t.tgfoid = p_function
    ) t
    cross join lateral plpgsql_check.plpgsql_check_function_tb(
      p_function, t.tgrelid, security_warnings => true, extra_warnings => true,
      oldtable => t.tgoldtable, newtable => t.tgnewtable
    ) f
    -- a function may well have two results, one of which is a row
    where f.message not like 'composite OUT variable % is not single argument'
  $$;

  select is_empty(
    format('select pg_temp.findings(%L)', p.oid::regprocedure),
    'plpgsql_check finds nothing in ' || p.oid::regprocedure
  )
  from pg_proc p
  join pg_language l on l.oid = p.prolang
  where p.pronamespace in ('schnittwerk'::regnamespace, 'schnittwerk_core'::regnamespace)
    and l.lanname = 'plpgsql'
  order by p.oid::regprocedure::text;
  select is_empty(
    $$
      select p.oid::regprocedure from pg_proc p
      where p.pronamespace = 'schnittwerk_core'::regnamespace
        and p.prorettype = 'trigger'::regtype
        and not exists (select from pg_trigger t where t.tgfoid = p.oid)
    $$,
    'every trigger function serves a table, so that it is checked'
  );

  create function schnittwerk_core.canary() returns int language plpgsql as $$
  begin
    return (select no_such_column from schnittwerk_core.salon);
  end
  $$;
  select isnt_empty(
    $$select pg_temp.findings('schnittwerk_core.canary()')$$, 'plpgsql_check finds a fault'
  );
\else
  select plan(1);
  select skip('plpgsql_check is not available on this server');
\endif

select * from finish();
rollback;
