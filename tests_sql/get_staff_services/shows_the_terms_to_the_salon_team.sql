begin;
select plan(4);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.who_may(format('select * from schnittwerk.get_staff_services(%L)', :'anna')),
  'staff receptionist admin service',
  'the salon team and the service may read the services of staff'
);
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'),
  jsonb_build_object(
    'service_id', :'color', 'custom_price', 99.50, 'estimated_duration_minutes', 80)
)) \g /dev/null
select bag_eq(
  format('select * from schnittwerk.get_staff_services(%L)', :'ben'),
  format(
    'values (%L::uuid, null::numeric, null::int, null::jsonb), (%L, 99.50, 80, null)', :'haircut', :'color'),
  'each service comes with the price and the minutes of the member of staff'
);
select is(
  pg_temp.refused('select schnittwerk.get_staff_services(null)'),
  '400 invalid_input: p_staff_id', 'a member of staff is required'
);
select is(
  pg_temp.refused(format('select schnittwerk.get_staff_services(%L)', :'carla')),
  '404 not_found', 'an unknown member of staff is not found'
);

select * from finish();
rollback;
