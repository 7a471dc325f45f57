begin;
select plan(4);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.who_may(format('select * from schnittwerk.get_staff_availability(%L)', :'anna')),
  'staff receptionist admin service', 'the salon team and the service may read availability'
);
select results_eq(
  format('select * from schnittwerk.get_staff_availability(%L) limit 3', :'anna'),
  $$values
    (1, '08:00', '20:00', 'available'), (1, '12:00', '13:00', 'unavailable'),
    (2, '08:00', '20:00', 'available')$$, 'availability is ordered by weekday and start'
);
select is(
  pg_temp.refused('select schnittwerk.get_staff_availability(null)'),
  '400 invalid_input: p_staff_id', 'a member of staff is required'
);
select is(
  pg_temp.refused(format('select schnittwerk.get_staff_availability(%L)', :'carla')),
  '404 not_found', 'an unknown member of staff is not found'
);

select * from finish();
rollback;
