begin;
select plan(7);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset
select schnittwerk.confirm_booking('c', :'id') \g /dev/null
select is(
  (select array[a ->> 'code', a ->> 'details'] from schnittwerk.complete_booking('early', :'id') a),
  array['wrong_status', 'The appointment has not begun'],
  'an appointment cannot be completed before its start'
);
select pg_temp.now_is('2026-12-03 10:00+01') \g /dev/null
select is(
  pg_temp.who_may(format($$select schnittwerk.complete_booking('who', %L)$$, :'id')),
  'staff receptionist admin service', 'the salon team and the service may complete an appointment'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select schnittwerk.complete_booking('k', :'id') as answer \gset
select is(
  :'answer'::jsonb #>> '{appointment,status}', 'completed',
  'completing answers with the status completed'
);
select is(
  schnittwerk.complete_booking('k', :'id'), :'answer'::jsonb || '{"replayed": true}',
  'a retry gets the same answer'
);
select is(
  (schnittwerk.complete_booking('other', :'id') ->> 'details'),
  'The appointment is completed', 'a completed appointment cannot be completed again'
);
select is(
  pg_temp.refusal(schnittwerk.complete_booking('k2', gen_random_uuid())), '404 not_found',
  'an unknown appointment is not found'
);
select is(
  schnittwerk.get_appointment(:'id') #>> '{history,-1,role}', 'receptionist',
  'the history shows the role that completed the appointment'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
