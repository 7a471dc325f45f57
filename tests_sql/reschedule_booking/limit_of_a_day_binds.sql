begin;
select plan(5);
\ir ../fixture.psql
select schnittwerk.set_policy('max_bookings_per_customer_and_day', '1') \g /dev/null
select schnittwerk.set_policy('max_open_bookings_per_customer', '2') \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  \g /dev/null
select schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-04 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  (select array[a ->> 'code', a ->> 'details', a ->> 'error']
    from schnittwerk.reschedule_booking('a', :'id', '2026-12-03 15:00+01') a),
  array[
    'booking_limit_reached', 'Customer cannot have more than 1 bookings a day',
    'Booking reschedule failed'
  ], 'a customer cannot move onto a day at their daily limit'
);
select is(
  schnittwerk.reschedule_booking('b', :'id', '2026-12-04 15:00+01') ->> 'success', 'true',
  'an appointment does not count against a move within its day'
);
select is(
  schnittwerk.reschedule_booking('c', :'id', '2026-12-05 10:00+01') ->> 'success', 'true',
  'a move does not count towards the limit of open bookings'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  schnittwerk.reschedule_booking(
    'd', :'id', '2026-12-03 15:00+01', p_override_reason => 'regular') ->> 'success', 'true',
  'the salon team may exceed the daily limit with a reason');
select pg_temp.become_service() \g /dev/null
select is(
  schnittwerk.reschedule_booking('e', :'id', '2026-12-03 16:00+01') ->> 'success', 'true',
  'the service is exempt from the daily limit');

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
