begin;
select plan(9);
\ir ../fixture.psql
\ir ../clock.psql
\ir ../refused.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as id \gset

create function pg_temp.failing(
  p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz, p_id uuid
)
returns text
language sql
as $$
  select coalesce(string_agg(e.code || ': ' || e.details, '; ' order by e.n), 'none')
  from schnittwerk.explain_slot(p_service_id, p_staff_id, p_starts_at, p_id)
    with ordinality e (rule, passed, code, details, n)
  where not e.passed
$$;

select results_eq(
  format($$select rule from schnittwerk.explain_slot(%L, %L, '2026-12-03 10:15+01', %L)$$,
    :'haircut', :'anna', :'id'),
  $$ values
    ('status'), ('not part of a visit'), ('reschedule deadline'), ('reschedule limit'), ('booking limit'),
    ('service is offered'), ('minimum notice'), ('booking horizon'), ('no holiday'),
    ('open that day'), ('business hours'), ('slot grid'), ('staff available'),
    ('rooms and equipment are free'), ('time is free'), ('customer is free')
  $$,
  'every rule of a move is given once, in order'
);
select is(
  pg_temp.failing(:'haircut', :'anna', '2026-12-03 10:15+01', :'id'), 'none',
  'an appointment does not conflict with its own move'
);
select is(
  pg_temp.failing(:'haircut', :'anna', '2026-12-03 10:15+01', null),
  'slot_conflict: Time slot conflicts with another appointment',
  'an appointment conflicts with another booking'
);

select schnittwerk.set_policy('max_bookings_per_customer_and_day', '1') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.failing(:'haircut', :'anna', '2026-12-03 10:15+01', :'id'), 'none',
  'an appointment does not count against its own move under the daily limit'
);
select schnittwerk.reschedule_booking(
  n::text, :'id', '2026-12-03 10:00+01'::timestamptz + n * interval '15 minutes')
from generate_series(1, 3) n \g /dev/null
select pg_temp.now_is('2026-12-03 09:00+01') \g /dev/null
select is(
  pg_temp.failing(:'haircut', :'anna', '2026-12-03 10:15+01', :'id'),
  'reschedule_deadline_passed: Appointment must be rescheduled at least 2 hours in advance; '
  'reschedule_limit_reached: Appointment cannot be rescheduled more than 3 times; '
  'notice_too_short: Appointment must be booked at least 2 hours in advance',
  'a move fails by deadline, limit of moves and notice'
);
select is(
  schnittwerk.reschedule_booking('late', :'id', '2026-12-03 10:15+01') ->> 'code',
  'reschedule_deadline_passed', 'reschedule_booking refuses with the first rule that fails'
);
select pg_temp.become_service() \g /dev/null
select is(
  pg_temp.failing(:'haircut', :'anna', '2026-12-04 10:15+01', :'id'), 'none',
  'the service is exempt from deadline, limit of moves and notice'
);
select schnittwerk.cancel_booking('c', :'id') \g /dev/null
select is(
  pg_temp.failing(:'haircut', :'anna', '2026-12-04 10:15+01', :'id'),
  'wrong_status: The appointment is cancelled', 'the service cannot move a cancelled appointment'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.refused(format('select schnittwerk.explain_slot(%L, %L, %L, %L)',
    :'carla', :'anna', '2026-12-04 10:15+01', :'id')),
  '404 not_found', 'a move to an unknown service is not found'
);

select * from finish();
rollback;
