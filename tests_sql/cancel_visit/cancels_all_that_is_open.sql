begin;
select plan(15);
\ir ../fixture.psql
\ir ../clock.psql
\ir ../visit.psql
select schnittwerk.create_visit('1', :'carla', pg_temp.items(
  pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'anna')), '2026-12-03 10:00+01') as booked \gset
select :'booked'::jsonb #>> '{visit,id}' as visit, :'booked'::jsonb #>> '{visit,appointments,0,id}' as first,
  :'booked'::jsonb #>> '{visit,appointments,1,id}' as second \gset

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('c', :'second')), '409 part_of_a_visit',
  'a customer cannot cancel an item of a visit alone'
);
select is(
  schnittwerk.appointment_policies(:'second') - '{cancel_deadline,reschedule_deadline}'::text[],
  '{"can_cancel": false, "can_reschedule": false, "reschedules_left": 3, "current_status": "pending", "reasons": ["part_of_a_visit"]}',
  'the policies of an item say that it is part of a visit'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('c', :'second')), '409 part_of_a_visit',
  'the salon team cannot cancel an item of a visit alone without a reason'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('c', :'second')), '409 part_of_a_visit',
  'the service needs a reason to cancel an item of a visit alone'
);
select is(
  pg_temp.refusal(schnittwerk.confirm_booking('c', :'second')), null, 'an item is confirmed alone'
);

-- The deadline of the first item, 24 hours before 10:00, is passed; that of the second is not.
select pg_temp.become_user(:'carla_user') \g /dev/null
select pg_temp.now_is('2026-12-02 10:30+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.cancel_visit('late', :'visit')), '400 cancellation_deadline_passed',
  'the deadline of a visit is that of its earliest item'
);
select pg_temp.now_is('2026-12-02 10:00+01') \g /dev/null
select schnittwerk.cancel_visit('in time', :'visit', 'ill') as answer \gset
select is(
  :'answer'::jsonb #>> '{visit,status}', 'cancelled', 'a customer cancels their own visit until its deadline'
);
select is(
  (select string_agg(concat_ws(' ', a ->> 'status', a ->> 'cancellation_reason'), ', ')
   from jsonb_array_elements(:'answer'::jsonb #> '{visit,appointments}') a),
  'cancelled ill, cancelled ill', 'every item is cancelled for the reason given'
);
select is(
  schnittwerk.cancel_visit('in time', :'visit', 'ill'), :'answer'::jsonb || '{"replayed": true}',
  'a retry of cancelling a visit gets the same answer'
);
select is(
  pg_temp.refusal(schnittwerk.cancel_visit('again', :'visit')), '400 wrong_status',
  'a cancelled visit cannot be cancelled again'
);
select pg_temp.become_superuser() \g /dev/null
select is_empty('select from schnittwerk_core.occupancy', 'a cancelled visit claims no time');
select is(
  (select count(*)::int from schnittwerk_core.freed_time), 2, 'the time of every item is freed for the waitlist'
);

select schnittwerk.create_visit('2', :'dora', pg_temp.items(
  pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'anna')), '2026-12-03 14:00+01')
  #>> '{visit,id}' as doras \gset
select is(
  pg_temp.who_may(format($$select schnittwerk.cancel_visit('who', %L)$$, :'doras')),
  'customer(not_found) staff receptionist admin service', 'customers cannot cancel another customer''s visit'
);
-- The first item is over: what is left of the visit is cancelled.
select schnittwerk.mark_no_show('n', a.id) from schnittwerk_core.appointments a
where a.visit_id = :'doras' and a.visit_item = 1 \g /dev/null
select pg_temp.now_is('2026-12-03 14:10+01') \g /dev/null
select schnittwerk.mark_no_show('m', a.id) from schnittwerk_core.appointments a
where a.visit_id = :'doras' and a.visit_item = 1 \g /dev/null
select is(
  (select string_agg(a ->> 'status', ', ')
   from jsonb_array_elements(schnittwerk.cancel_visit('rest', :'doras') #> '{visit,appointments}') a),
  'no_show, cancelled', 'items that are over stay as they are'
);
select is(
  pg_temp.refusal(schnittwerk.cancel_visit('', null, repeat('x', 2001))),
  '400 invalid_input: p_idempotency_key, p_visit_id, p_reason', 'one refusal names all invalid arguments of cancelling a visit'
);
select * from finish();
rollback;
