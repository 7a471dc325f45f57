begin;
select plan(17);
\ir ../fixture.psql
\ir ../clock.psql
\ir ../refused.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as id \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 14:00+01', :'anna')
  #>> '{appointment,id}' as doras \gset

-- The local starts of a day with Anna to which an appointment can be moved: '09:00 10:00'.
create function pg_temp.moves(p_id uuid, p_service_id uuid, p_staff_id uuid, p_date date)
returns text
language sql
as $$
  select coalesce(string_agg(
    to_char(s.starts_at at time zone 'Europe/Zurich', 'HH24:MI'), ' ' order by s.starts_at
  ), '')
  from schnittwerk.find_slots(
    p_service_id, p_date, null, p_staff_id, 15, p_appointment_id => p_id) s
$$;

select is(
  pg_temp.moves(null, :'haircut', :'anna', '2026-12-03'),
  '15:15 15:30 15:45 16:00 16:15 16:30 16:45 17:00 17:15 17:30 17:45 18:00',
  'slots for a new booking leave out all booked appointments'
);
select is(
  pg_temp.moves(:'id', :'haircut', :'anna', '2026-12-03'),
  '09:00 09:15 09:30 09:45 10:00 10:15 10:30 10:45 11:00 15:15 15:30 15:45 16:00 16:15 16:30'
  ' 16:45 17:00 17:15 17:30 17:45 18:00',
  'slots for a move include the time of the moved appointment'
);
select schnittwerk.save_service('Haircut', 120, 99, p_buffer_after_minutes => 60, p_id => :'haircut')
  \g /dev/null
select is(
  pg_temp.moves(:'id', :'haircut', :'anna', '2026-12-03'),
  '09:00 09:15 09:30 09:45 10:00 10:15 10:30 10:45 11:00 15:15 15:30 15:45 16:00 16:15 16:30'
  ' 16:45 17:00 17:15 17:30 17:45 18:00',
  'slots for a move keep the agreed length and buffers'
);
select results_eq(
  format($$select distinct duration_minutes, ends_at - starts_at, price from schnittwerk.find_slots(
    %L, '2026-12-03', p_appointment_id => %L)$$, :'haircut', :'id'),
  $$values (60, interval '1 hour', 75.00)$$,
  'slots for a move with any staff keep the agreed length and price'
);
select is(
  pg_temp.refused(format('select schnittwerk.find_slots(%L, %L, p_appointment_id => %L)',
    service, '2026-12-03', id)), refused, 'slots for a move are refused for ' || description
)
from (
  values
    (:'carla', :'id', '404 not_found', 'an unknown service'),
    (:'haircut', :'haircut', '404 not_found', 'an unknown appointment')
) t (service, id, refused, description);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.refused(format('select schnittwerk.find_slots(%L, %L, p_appointment_id => %L)',
    :'haircut', '2026-12-03', :'doras')), '404 not_found',
  'a customer does not find slots for another''s appointment');
select isnt(
  pg_temp.moves(:'id', :'haircut', :'anna', '2026-12-03'), '',
  'a customer finds slots for a move of their own appointment');
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refused(format('select schnittwerk.find_slots(%L, %L, p_appointment_id => %L)',
    :'haircut', '2026-12-03', :'id')), '404 not_found',
  'an anonymous caller does not find an appointment to move');

-- Nothing is listed where they may not move it at all; the salon team may give a reason.
select pg_temp.become_superuser() \g /dev/null
select pg_temp.now_is('2026-12-03 08:30+01') \g /dev/null
create function pg_temp.can_move(p_id uuid, p_service_id uuid, p_staff_id uuid, p_date date)
returns boolean
language sql
as $$ select pg_temp.moves(p_id, p_service_id, p_staff_id, p_date) <> '' $$;
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.can_move(:'id', :'haircut', :'anna', '2026-12-04'), false,
  'a customer finds no slots for a move after the deadline');
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.can_move(:'id', :'haircut', :'anna', '2026-12-04'), true,
  'the salon team finds slots for a move after the deadline');
select is(
  (schnittwerk.reschedule_booking('m', :'id', '2026-12-04 10:00+01') ->> 'code')
    || ' ' || (schnittwerk.reschedule_booking(
      'n', :'id', '2026-12-04 10:00+01', p_override_reason => 'ill') ->> 'success'),
  'reschedule_deadline_passed true', 'the salon team moves after the deadline only with a reason');
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.cancel_booking('c', :'doras') \g /dev/null
select is(
  pg_temp.can_move(:'doras', :'haircut', :'anna', '2026-12-04'), false,
  'a cancelled appointment has no slots for a move');

-- The limit of a day is the customer's own: the days that are full are left out.
select schnittwerk.set_policy('max_bookings_per_customer_and_day', '1') \g /dev/null
select schnittwerk.create_booking(
  'second', :'carla', :'haircut', '2026-12-08 14:00+01', :'ben') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  (select string_agg(distinct to_char(s.starts_at at time zone 'Europe/Zurich', 'MM-DD'), ' ')
    from schnittwerk.find_slots(
      :'haircut', '2026-12-04', '2026-12-09', :'anna', p_appointment_id => :'id') s),
  '12-04 12-05 12-07 12-09', 'slots for a move leave out days at the customer''s daily limit'
);
select is(
  schnittwerk.reschedule_booking('f', :'id', '2026-12-08 09:00+01') ->> 'code',
  'booking_limit_reached', 'a customer''s move to a day at the daily limit is refused'
);
select is(
  (select string_agg(e.code || ': ' || e.details, ' ')
    from schnittwerk.explain_slot(:'haircut', :'anna', '2026-12-08 09:00+01', :'id') e
    where not e.passed),
  'booking_limit_reached: Customer cannot have more than 1 bookings a day',
  'explain_slot names the daily limit that forbids a move'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.can_move(:'id', :'haircut', :'anna', '2026-12-08'), true,
  'the salon team finds slots for a move beyond the daily limit');

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
