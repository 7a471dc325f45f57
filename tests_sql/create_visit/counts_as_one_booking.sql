begin;
select plan(5);
\ir ../fixture.psql
\ir ../visit.psql
select schnittwerk.set_policy('max_open_bookings_per_customer', '2'),
  schnittwerk.set_policy('max_bookings_per_customer_and_day', '1') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.booked(null, pg_temp.items(
    pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben')), '2026-12-03 10:00+01'),
  'Haircut 10:00-11:00 Ben, Haircut 11:00-12:00 Ben', 'two items of a visit are one booking of a day'
);
select is(
  pg_temp.booked(null, pg_temp.items(pg_temp.item(:'haircut', :'ben')), '2026-12-03 14:00+01'),
  'booking_limit_reached', 'a visit counts for the limit of the day'
);
select is(
  pg_temp.booked(null, pg_temp.items(
    pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben')), '2026-12-04 10:00+01'),
  'Haircut 10:00-11:00 Ben, Haircut 11:00-12:00 Ben', 'two visits are two open bookings'
);
select is(
  pg_temp.booked(null, pg_temp.items(pg_temp.item(:'haircut', :'ben')), '2026-12-05 10:00+01'),
  'booking_limit_reached', 'a visit counts for the limit of open bookings'
);
select is(
  pg_temp.refusal(schnittwerk.reschedule_visit('m', (
    schnittwerk.get_appointment(l.id) ->> 'visit_id')::uuid, '2026-12-03 11:30+01')),
  null, 'a visit does not count against its own move'
)
from schnittwerk.list_appointments('2026-12-03 10:00+01', '2026-12-03 10:30+01') l;
select * from finish();
rollback;
