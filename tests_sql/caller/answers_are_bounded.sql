begin;
select plan(11);
\ir ../fixture.psql
\ir ../refused.psql
select schnittwerk.create_holiday('Closed', d), schnittwerk.set_special_hours(d, '[]'),
  schnittwerk.add_time_off(:'anna', d)
from unnest('{2027-01-02,2027-01-03,2027-01-04}'::date[]) d \g /dev/null
select schnittwerk.create_booking(
    s::text, :'carla', :'haircut', s, :'ben'),
  schnittwerk.save_service('Service ' || s, 60, 50) as service
from unnest('{2026-12-02 09:00+01,2026-12-03 09:00+01,2026-12-04 09:00+01}'::timestamptz[]) s
\g /dev/null
select schnittwerk.join_waitlist(
  v.id::text, :'carla', v.id, '2027-01-04', '2027-01-05')
from schnittwerk_core.services v where v.name like 'Service %' \g /dev/null

-- Two in place of 100000.
create or replace function schnittwerk_core.most_rows()
returns int
language sql
immutable
parallel safe
return 2;

create temp table question (name text, call text);
insert into question
values
  ('list_appointments', $$schnittwerk.list_appointments('2026-12-01 00:00+00', '2027-01-31 00:00+00')$$),
  ('list_day', $$schnittwerk.list_day('2026-12-02')$$),
  ('list_holidays', $$schnittwerk.list_holidays('2027-01-01', '2027-01-31')$$),
  ('list_special_hours', $$schnittwerk.list_special_hours('2027-01-01', '2027-01-31')$$),
  ('list_time_off', $$schnittwerk.list_time_off('2027-01-01', '2027-01-31')$$),
  ('list_waitlist', 'schnittwerk.list_waitlist()'),
  ('list_profiles', 'schnittwerk.list_profiles()'),
  ('find_slots', format(
    $$schnittwerk.find_slots(%L, '2026-12-05', '2026-12-06')$$, :'haircut')),
  ('find_visits', format(
    $$schnittwerk.find_visits(%L, '2026-12-05')$$,
    jsonb_build_array(jsonb_build_object('service_id', :'haircut')))),
  ('rpc_get_available_slots_enhanced', format(
    $$schnittwerk.rpc_get_available_slots_enhanced(%L, %L, '2026-12-05')$$, :'anna', :'haircut'));
select is(
  pg_temp.refused('select * from ' || q.call),
  case when q.name ~ 'slots|visits' then '400 invalid_input: p_limit'
    when q.name = 'list_profiles' then '400 invalid_input: p_role'
    when q.name = 'list_day' then '400 invalid_input: p_staff_id'
    else '400 invalid_input: p_to' end,
  q.name || ' refuses a question with too many rows for one answer')
from question q;

-- What has none of these bounds: one row a thing that the salon has made, or of a fixed number.
select bag_eq(
  $$
    select a.proname::text
    from pg_proc a
    left join pg_proc e
      on e.pronamespace = 'schnittwerk_core'::regnamespace and e.proname = a.proname
    where a.pronamespace = 'schnittwerk'::regnamespace and a.proretset and a.provolatile = 's'
      and coalesce(e.prosrc !~ 'most_rows|limit p_limit', true)
  $$,
  '{count_deliveries,explain_slot,find_ids,get_staff_availability,get_staff_services,list_policies,
    list_price_rules, list_resources, list_salons,list_services,list_staff,rpc_get_available_slots_enhanced,
    utilisation,validate_appointment_timing}'::text[],
  'only the listed reads have no limit of rows');

select * from finish();
rollback;
