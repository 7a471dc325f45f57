begin;
select plan(6);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset
select pg_temp.now_is('2026-12-01 08:00+01') \g /dev/null
select is(
  pg_temp.who_may(format($$select schnittwerk.confirm_booking('who', %L)$$, :'id')),
  'staff receptionist admin service', 'the salon team and the service may confirm an appointment'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select schnittwerk.confirm_booking('k', :'id') as answer \gset
select is(
  :'answer'::jsonb #>> '{appointment,status}', 'confirmed',
  'confirming answers with the status confirmed'
);
select is(
  schnittwerk.confirm_booking('k', :'id'), :'answer'::jsonb || '{"replayed": true}',
  'a retry gets the same answer'
);
select is(
  (schnittwerk.confirm_booking('other', :'id') ->> 'details'),
  'The appointment is confirmed', 'a confirmed appointment cannot be confirmed again'
);
select is(
  pg_temp.refusal(schnittwerk.confirm_booking('k2', gen_random_uuid())), '404 not_found',
  'an unknown appointment is not found'
);
select is(
  schnittwerk.get_appointment(:'id') #>> '{history,-1,role}', 'receptionist',
  'the history shows the role that confirmed the appointment'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
