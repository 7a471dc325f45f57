begin;
select plan(2);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.set_special_hours(
    '2026-12-06', '[{"start_time": "09:00", "end_time": "18:00"}]'),
  schnittwerk.set_staff_availability(
    :'ben', '[{"day_of_week": 0, "start_time": "08:00", "end_time": "20:00"}]') \g /dev/null
select pg_temp.now_is('2026-12-05 08:00+01') \g /dev/null
select pg_temp.wait(:'carla', :'haircut', p_days => '{1,2,3,4,5,6}', p_priority => 1) as weekdays,
  pg_temp.wait(:'dora', :'haircut', p_days => '{0}') as sundays \gset
select pg_temp.free(:'haircut', :'ben', '2026-12-06 10:00+01') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Ben 06 10:00',
  'a slot on a Sunday is offered to an entry for day 0'
);
select schnittwerk.leave_waitlist('l', :'sundays') \g /dev/null
select is(
  pg_temp.offers(), null,
  'a slot on a Sunday is not offered to an entry for all other days'
);

select * from finish();
rollback;
