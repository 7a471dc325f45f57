begin;
select plan(7);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset
select is(
  (select array[a ->> 'code', a ->> 'details'] from schnittwerk.mark_no_show('early', :'id') a),
  array['wrong_status', 'The appointment has not begun'],
  'an appointment cannot be a no-show before its start'
);
select pg_temp.now_is('2026-12-03 10:00+01') \g /dev/null
select is(
  pg_temp.who_may(format($$select schnittwerk.mark_no_show('who', %L)$$, :'id')),
  'staff receptionist admin service', 'the salon team and the service may mark a no-show'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select schnittwerk.mark_no_show('k', :'id') as answer \gset
select is(
  :'answer'::jsonb #>> '{appointment,status}', 'no_show', 'marking answers with the status no_show'
);
select is(
  schnittwerk.mark_no_show('k', :'id'), :'answer'::jsonb || '{"replayed": true}',
  'a retry gets the same answer'
);
select is(
  (schnittwerk.mark_no_show('other', :'id') ->> 'details'),
  'The appointment is no show', 'a no-show cannot be marked again'
);
select is(
  pg_temp.refusal(schnittwerk.mark_no_show('k2', gen_random_uuid())), '404 not_found',
  'an unknown appointment is not found'
);
select is(
  schnittwerk.get_appointment(:'id') #>> '{history,-1,role}', 'receptionist',
  'the history shows the role that marked the no-show'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
