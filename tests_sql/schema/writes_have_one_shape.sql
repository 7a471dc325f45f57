-- Every write of the API begins by begin_call, under its own name or its operation's; checks its
-- arguments, and takes its key where it has one; refuses out of one block; and ends by finish_call.
begin;
select plan(4);

create function pg_temp.odd_writes()
returns setof text
language sql
as $f$
  select p.proname::text
  from pg_proc p
  where p.pronamespace = 'schnittwerk'::regnamespace and p.provolatile = 'v'
    and not exists (
      select from pg_depend d
      join pg_proc e on e.oid = d.refobjid
      where d.classid = 'pg_proc'::regclass and d.objid = p.oid
        and d.refclassid = 'pg_proc'::regclass
        and e.pronamespace = 'schnittwerk_core'::regnamespace
        and e.prosrc ~ concat(
          $r$begin_call\(\s+($r$, case
            when p.proname ~ '_booking|no_show' then $r$'[a-z_]+'|p_operation_type$r$
            else quote_literal(p.proname) end, $r$), p_(salon_)?id,.*$r$,
          case when 'p_idempotency_key' = any (p.proargnames)
            then 'take_key' else 'check_call' end,
          $r$\(.*exception when sqlstate 'PT000' or integrity_constraint_violation then$r$,
          $r$.*v_caller := schnittwerk_core\.refused\($r$,
          $r$.*return schnittwerk_core\.finish_call\(v_caller\);\s+end\s*$$r$
        )
    )
$f$;

select is_empty('select pg_temp.odd_writes()', 'every write has the one shape');
select is(
  (select string_agg(p.proname, ' ' order by p.proname) from pg_proc p
   where p.pronamespace = 'schnittwerk_core'::regnamespace
     and p.prosrc ~ 'set_config\(''schnittwerk\.actor'''),
  'finish_call start_body', 'only start_body sets who acts, and only finish_call takes it back'
);
select is_empty(
  $$
    select p.proname from pg_proc p
    where p.pronamespace = 'schnittwerk_core'::regnamespace
      and p.prosrc ~ 'insert into schnittwerk_core\.(booking_operations|refusal)'
      and p.proname <> 'finish_call'
  $$,
  'finish_call alone stores operations and refusals'
);

create function schnittwerk_core.canary() returns jsonb language plpgsql volatile
as $$ begin return null; end $$;
create function schnittwerk.canary() returns jsonb language sql volatile
return schnittwerk_core.canary();
select set_eq(
  'select pg_temp.odd_writes()', '{canary}'::text[], 'the lint finds a write of another shape');

select * from finish();
rollback;
