-- What the customer agreed to when they booked holds, whatever the policies say later.
begin;
select plan(9);
\ir ../fixture.psql
\ir ../clock.psql
\ir ../appointments/owner.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as before \gset
select
  schnittwerk.set_policy('reschedule_deadline_hours', '30.5'),
  schnittwerk.set_policy('cancellation_deadline_hours', '40'),
  schnittwerk.set_policy('max_reschedules', '1') \g /dev/null
select schnittwerk.create_booking(
  '2', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna', p_override_reason => 'with a friend')
  #>> '{appointment,id}' as after \gset

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  array[p ->> 'cancel_deadline', p ->> 'reschedule_deadline', p ->> 'reschedules_left'],
  deadlines, description
)
from (
  values
    (:'before'::uuid, '{2026-12-02T09:00:00Z,2026-12-03T07:00:00Z,3}'::text[],
      'an appointment booked before the policies keeps its terms'),
    (:'after', '{2026-12-01T17:00:00Z,2026-12-02T02:30:00Z,1}',
      'an appointment booked after the policies has the new terms')
) t (id, deadlines, description)
cross join lateral schnittwerk.appointment_policies(t.id) p;
select pg_temp.now_is('2026-12-03 08:00+01') \g /dev/null
select is(
  schnittwerk.reschedule_booking('3', :'before', '2026-12-04 10:00+01') ->> 'success', 'true',
  'an appointment can move at the last instant that was agreed'
);
select is(
  (select array[a ->> 'code', a ->> 'details', a ->> 'error']
    from schnittwerk.reschedule_booking('4', :'after', '2026-12-04 10:00+01') a),
  array[
    'reschedule_deadline_passed', 'Appointment must be rescheduled at least 30.5 hours in advance',
    'Booking reschedule failed'
  ],
  'an appointment with the new deadline is too late to move'
);
select is(
  schnittwerk.appointment_policies(:'before') - '{cancel_deadline,reschedule_deadline}'::text[],
  '{
    "can_cancel": false, "can_reschedule": true, "reschedules_left": 2,
    "current_status": "pending", "reasons": ["cancellation_deadline_passed"]
  }', 'a moved appointment keeps its terms and has one move fewer'
);
select is(
  schnittwerk.appointment_policies(:'before') ->> 'reschedule_deadline', '2026-12-04T07:00:00Z',
  'the reschedule deadline counts from the new start'
);
select is(
  schnittwerk.appointment_policies(:'after') -> 'reasons',
  '["cancellation_deadline_passed", "reschedule_deadline_passed"]',
  'the reasons of appointment_policies are in order'
);

select pg_temp.become_superuser() \g /dev/null
select pg_temp.become_owner() \g /dev/null
select lives_ok(
  pg_temp.insertion(:'salon', :'carla', :'anna', :'haircut', '2026-12-05 10:00+01'),
  'the owner inserts an appointment by direct SQL'
);
select results_eq(
  $$
    select cancellation_deadline_hours::numeric, reschedule_deadline_hours::numeric,
      max_reschedules::int
    from schnittwerk_core.appointments where starts_at = '2026-12-05 10:00+01'
  $$,
  'values (40::numeric, 30.5, 1)', 'an appointment by direct SQL has the policies'' terms'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
