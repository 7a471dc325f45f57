-- The weeks of the calendar that are kept move on with time.
begin;
select plan(4);
\ir ../fixture.psql
\ir ../clock.psql

create function pg_temp.kept()
returns table (first_week date, last_week date, weeks bigint)
language sql
as $$
  select min(k.week), max(k.week), count(*)
  from schnittwerk_core.staff_week k
  join schnittwerk_core.staff m on m.salon_id = k.salon_id and m.id = k.staff_id
  join schnittwerk_core.salon_state z on z.salon_id = k.salon_id
  where k.salon_version = z.calendar_version and k.staff_version = m.calendar_version
$$;

select pg_temp.now_is('2026-12-01 08:00+01') \g /dev/null
set constraints all immediate;
set constraints all deferred;
select results_eq(
  'select * from pg_temp.kept()',
  $$values (date '2026-11-30', date '2027-01-04', 12::bigint)$$,
  'weeks are kept from this week until after the booking horizon');

select pg_temp.now_is('2026-12-24 08:00+01') \g /dev/null
select is(
  schnittwerk.maintain(p_salon_id => :'salon') -> 'success', 'true',
  'upkeep succeeds three weeks later');
select results_eq(
  'select * from pg_temp.kept()',
  $$values (date '2026-12-21', date '2027-01-25', 12::bigint)$$,
  'upkeep drops the weeks that are over and adds those to come');
select is(
  (select min(k.week) from schnittwerk_core.salon_week k), date '2026-12-21',
    'upkeep drops the salon''s weeks that are over');

select * from finish();
rollback;
