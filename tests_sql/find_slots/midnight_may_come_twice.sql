-- In St. John's the clocks were put back at 00:01 on 7 November 2010, to 23:01 of the day before: the
-- 6th came to its end twice, and a minute of the 7th lay in between.
begin;
select plan(3);
\ir ../fixture.psql
create or replace function schnittwerk_core.clock()
returns timestamptz
language sql
stable
as $$ select timestamptz '2010-11-03 12:00+00' $$;

-- open, and somebody there, around the clock
select schnittwerk.save_salon('Harbour', 'America/St_Johns') #>> '{salon,id}' as harbour \gset
select schnittwerk.save_staff('Sam', p_salon_id => :'harbour') #>> '{staff,id}' as sam \gset
select schnittwerk.save_service('Cut', 60, 50, p_salon_id => :'harbour') #>> '{service,id}' as cut \gset
select schnittwerk.set_business_settings(jsonb_build_object(
  'opening_hours', jsonb_object_agg(d, jsonb_build_object(
    'is_open', true, 'start_time', '00:00', 'end_time', '24:00'))
), :'harbour') from generate_series(0, 6) d \g /dev/null
select schnittwerk.set_staff_services(
  :'sam', jsonb_build_array(jsonb_build_object('service_id', :'cut')), :'harbour') \g /dev/null
select schnittwerk.set_staff_availability(:'sam', jsonb_agg(jsonb_build_object(
  'day_of_week', d, 'start_time', '00:00', 'end_time', '24:00')), :'harbour')
from generate_series(0, 6) d \g /dev/null

create function pg_temp.minutes(p_date date)
returns table (minute text, n bigint)
language sql
as $$
  select to_char(s.starts_at at time zone 'America/St_Johns', 'DD HH24:MI'), count(*)
  from schnittwerk.find_slots(
    current_setting('test.cut')::uuid, p_date, p_slot_interval_minutes => 1,
    p_salon_id => current_setting('test.harbour')::uuid) s
  group by 1
$$;
select set_config('test.cut', :'cut', true), set_config('test.harbour', :'harbour', true) \g /dev/null

select results_eq(
  $$ select n, count(*), min(minute), max(minute) from pg_temp.minutes('2010-11-06') group by n
     order by n $$,
  $$ values (1::bigint, 1381::bigint, '06 00:00', '06 23:00'), (2, 59, '06 23:01', '06 23:59') $$,
  'the hour that comes twice is listed twice, without the minute between'
);
select results_eq(
  $$ select n, count(*), min(minute), max(minute) from pg_temp.minutes('2010-11-07') group by n
     order by n $$,
  $$ values (1::bigint, 1439::bigint, '07 00:01', '07 23:59'), (2, 1, '07 00:00', '07 00:00') $$,
  'the minute between two midnights is listed on the next day'
);
select is(
  (select min(s.starts_at) from schnittwerk.find_slots(
    :'cut', '2010-11-07', p_limit => 1, p_salon_id => :'harbour') s),
  '2010-11-07 00:00-02:30'::timestamptz,
  'the first slot of a day with two midnights is at the first'
);

select * from finish();
rollback;
