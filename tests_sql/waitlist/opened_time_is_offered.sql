begin;
select plan(9);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.set_policy('waitlist_notification_hours', '500') \g /dev/null
select pg_temp.wait(:'dora', :'haircut', p_times => '{19:00}') as evening \gset
select is(
  schnittwerk.set_business_settings(
    '{"opening_hours": {"3": {"start_time": "09:00", "end_time": "20:00"},
      "4": {"start_time": "09:00", "end_time": "22:00"}}}') ->> 'success', 'true',
  'opening hours are widened on two days');
select is(
  pg_temp.offers(), 'Dora: Anna 02 19:00',
  'the earliest start of widened hours is offered'
);

select pg_temp.wait(:'carla', :'haircut', :'ben', p_times => '{20:00}') as night \gset
select schnittwerk.set_staff_availability(:'ben', '[
  {"day_of_week": 4, "start_time": "08:00", "end_time": "21:30"},
  {"day_of_week": 5, "start_time": "08:00", "end_time": "20:00"}]') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 19:00, Carla: Ben 03 20:00',
  'time that new availability opens is offered');

select pg_temp.wait(:'zoe', :'haircut', p_days => '{5}') as friday \gset
select schnittwerk.set_special_hours(
  '2026-12-04', '[{"start_time": "10:30", "end_time": "12:00"}]') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 19:00, Carla: Ben 03 20:00, Zoe: Anna 04 10:30',
  'time that special hours open is offered');
select is(
  (select count(*) from schnittwerk_core.freed_time f where f.during << '[2026-12-02 18:00+01,)'),
  0::bigint, 'time that was open before is not freed');

delete from schnittwerk_core.freed_time;
select schnittwerk.set_special_hours('2026-12-04', null),
  schnittwerk.set_special_hours('2026-12-18', '[{"start_time": "10:00", "end_time": "12:00"}]')
\g /dev/null
select is_empty(
  'select from schnittwerk_core.freed_time',
  'time that closes, or on a date that nobody waits for, is not freed');
select schnittwerk.save_salon(null, 'Europe/London', p_id => :'salon') \g /dev/null
select isnt_empty(
  'select from schnittwerk_core.freed_time', 'time that a new time zone opens is freed');


delete from schnittwerk_core.freed_time;
select schnittwerk.save_staff(null, p_is_active => false, p_id => :'anna') \g /dev/null
select is_empty(
  'select from schnittwerk_core.freed_time',
  'deactivating a member of staff frees nothing'
);
select schnittwerk.save_staff(null, p_is_active => true, p_id => :'anna') \g /dev/null
select results_eq(
  'select distinct staff_id from schnittwerk_core.freed_time', array[:'anna'::uuid],
  'reactivating a member of staff frees their time');

select * from finish();
rollback;
