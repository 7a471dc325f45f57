begin;
select plan(9);
\ir ../fixture.psql
create function pg_temp.affected()
returns setof text
language sql
as $$
  select concat_ws(' ', a.customer_name, a.customer_phone, a.service_name, a.staff_name,
    to_char(a.starts_at at time zone 'Europe/Zurich', 'DD HH24:MI'), a.cause)
  from schnittwerk.list_affected_appointments() a
$$;

select schnittwerk.create_booking('1', :'carla', :'color', '2026-12-03 09:00+01', :'anna'),
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 17:30+01', :'ben'),
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-04 10:00+01', :'ben') \g /dev/null
select is_empty('select pg_temp.affected()', 'an appointment in open time is not affected');
select schnittwerk.create_booking('4', :'carla', :'haircut', '2026-12-06 10:00+01', :'ben',
  p_override_reason => 'A wedding') \g /dev/null
select results_eq(
  'select pg_temp.affected()', '{Carla +41 44 111 11 11 Haircut Ben 06 10:00 outside_business_hours}'::text[],
  'an appointment that was booked outside open time is affected');

select schnittwerk.set_special_hours('2026-12-03', '[{"start_time": "09:00", "end_time": "18:00"}]'),
  schnittwerk.create_holiday('Closed', '2026-12-04'),
  schnittwerk.set_staff_availability(:'ben', '[]') as answer \g /dev/null
select results_eq(
  'select pg_temp.affected()',
  array['Dora Haircut Ben 03 17:30 outside_business_hours', 'Dora Haircut Ben 04 10:00 holiday',
    'Carla +41 44 111 11 11 Haircut Ben 06 10:00 outside_business_hours'],
  'affected appointments are listed once, by start, with their first cause');

select schnittwerk.set_staff_services(:'anna', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'))) as answer \gset
select is(
  :'answer'::jsonb #>> '{affected_appointments,0,cause}', 'service_not_offered',
  'an appointment whose service is no longer performed is reported');
select is(
  jsonb_array_length(:'answer'::jsonb -> 'affected_appointments'), 1,
  'a change of services reports only appointments that it concerns');
select is(
  schnittwerk.save_service(null, null, null, p_is_active => false, p_id => :'color')
    -> 'affected_appointments', '[]', 'an appointment is reported once for the same cause');
select is(
  jsonb_array_length(
    schnittwerk.save_service(null, null, null, p_is_active => false, p_id => :'haircut')
      -> 'affected_appointments'), 3, 'deactivating a service reports its appointments');
select results_eq(
  'select pg_temp.affected()',
  array['Carla +41 44 111 11 11 Color Anna 03 09:00 service_not_offered',
    'Dora Haircut Ben 03 17:30 service_not_offered', 'Dora Haircut Ben 04 10:00 service_not_offered',
    'Carla +41 44 111 11 11 Haircut Ben 06 10:00 service_not_offered'],
  'service_not_offered comes first among the causes');
select is(
  pg_temp.who_may('select from schnittwerk.list_affected_appointments()'),
  'staff receptionist admin service', 'the salon team may list affected appointments');

select * from finish();
rollback;
