-- Who could not cancel an appointment before they moved it cannot after.
begin;
select plan(12);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as late \gset
select schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-04 10:00+01', :'anna')
  #>> '{appointment,id}' as early \gset

-- a second after the deadline of one, a day before that of the other
select pg_temp.now_is('2026-12-02 10:00:01+01') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.reschedule_booking('late', :'late', '2026-12-14 10:00+01')
    #>> '{appointment,cancellable_until}', '2026-12-02T09:00:00Z',
  'a late move keeps the deadline that was missed'
);
select is(
  schnittwerk.reschedule_booking('early', :'early', '2026-12-14 14:00+01')
    #>> '{appointment,cancellable_until}', null, 'a move in time keeps no missed deadline'
);
select is(
  (schnittwerk.appointment_policies(:'late') - '{reschedule_deadline}'::text[]),
  '{
    "can_cancel": false, "cancel_deadline": "2026-12-02T09:00:00Z", "can_reschedule": true,
    "reschedules_left": 2, "current_status": "pending",
    "reasons": ["cancellation_deadline_passed"]
  }', 'the policies of a late move show the missed deadline'
);
select is(
  schnittwerk.appointment_policies(:'early') ->> 'cancel_deadline', '2026-12-13T13:00:00Z',
  'the deadline of a move in time follows its new start'
);
select is(
  schnittwerk.cancel_booking('c', :'late') ->> 'code', 'cancellation_deadline_passed',
  'a customer cannot cancel after a late move');
select is(
  schnittwerk.reschedule_booking('again', :'late', '2026-12-15 10:00+01')
    #>> '{appointment,cancellable_until}', '2026-12-02T09:00:00Z',
  'a second late move keeps the missed deadline');
select is(
  schnittwerk.cancel_booking('d', :'early') ->> 'success', 'true',
  'a customer can cancel after a move in time');

select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  schnittwerk.reschedule_booking('stay', :'late', '2026-12-15 10:00+01')
    #>> '{appointment,cancellable_until}', '2026-12-02T09:00:00Z',
  'the salon team''s move to the same start keeps the missed deadline'
);
select is(
  schnittwerk.reschedule_booking('salon', :'late', '2026-12-16 10:00+01')
    #>> '{appointment,cancellable_until}', null, 'a move by the salon team opens a new deadline');
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.appointment_policies(:'late') ->> 'cancel_deadline', '2026-12-15T09:00:00Z',
  'the new deadline counts from the new start');
select is(
  schnittwerk.appointment_policies(:'late') ->> 'reschedules_left', '1',
  'a move by the salon team is no move of the customer''s');
select is(
  schnittwerk.cancel_booking('e', :'late') ->> 'success', 'true',
  'a customer can cancel until the new deadline');

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
