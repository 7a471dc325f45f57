-- Every write of the API goes through log_write, so that no refusal is lost to monitoring.
begin;
select plan(3);

create function pg_temp.unlogged_writes()
returns setof text
language sql
as $$
  select p.proname::text
  from pg_proc p
  where p.pronamespace = 'schnittwerk'::regnamespace and p.provolatile = 'v'
    and not exists (
      select from pg_depend d
      where d.classid = 'pg_proc'::regclass and d.objid = p.oid
        and d.refclassid = 'pg_proc'::regclass
        and d.refobjid = 'schnittwerk_core.log_write(text,uuid,jsonb)'::regprocedure
    )
$$;

select is_empty('select pg_temp.unlogged_writes()', 'every write hands its answer to log_write');
select is_empty(
  $$
    select p.proname
    from pg_proc p
    where p.pronamespace = 'schnittwerk'::regnamespace and p.provolatile = 'v'
      and p.proname <> 'create_booking_idempotent'
      and pg_get_functiondef(p.oid) !~ format(
        $r$log_write\('(%s|%s)'::text, (p_salon_id|p_id), schnittwerk_core\.%s\($r$,
        p.proname, case p.proname
          when 'create_booking' then 'create' when 'reschedule_booking' then 'reschedule'
          when 'cancel_booking' then 'cancel' when 'confirm_booking' then 'confirm'
          when 'complete_booking' then 'complete' when 'mark_no_show' then 'no_show'
        end, p.proname)
  $$,
  'under its own name, or that of its operation, and with its salon'
);

create function schnittwerk.canary() returns jsonb language sql volatile return '{}'::jsonb;
select set_eq(
  'select pg_temp.unlogged_writes()', '{canary}'::text[], 'one that does not is found');

select * from finish();
rollback;
