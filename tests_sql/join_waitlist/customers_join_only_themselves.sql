begin;
select plan(10);
\ir ../fixture.psql

select is(
  pg_temp.who_may(format($$
    select schnittwerk.join_waitlist('1', %L, %L, '2026-12-01', '2026-12-10') as answer
  $$, :'carla', :'haircut')),
  'customer staff receptionist admin service', 'Carla and the salon team may join for Carla'
);
select is(
  pg_temp.who_may(format($$
    select schnittwerk.join_waitlist('1', %L, %L, '2026-12-01', '2026-12-10') as answer
  $$, :'dora', :'haircut')),
  'customer(not_found) staff receptionist admin service',
  'only the salon team may join for another customer'
);
select is(
  pg_temp.who_may(format($$
    select schnittwerk.join_waitlist(
      '1', %L, %L, '2026-12-01', '2026-12-10', p_priority => 1) as answer
  $$, :'carla', :'haircut')),
  'staff receptionist admin service', 'only the salon team may set a priority'
);
select is(
  pg_temp.who_may(format($$
    select schnittwerk.join_waitlist('1', null, %L, '2026-12-01', '2026-12-10') as answer
  $$, :'haircut')),
  'customer staff(not_found) receptionist(not_found) admin(not_found) service(invalid_input)',
  'without p_customer_id a customer joins themselves'
);

select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refusal(
    schnittwerk.join_waitlist('1', :'carla', :'haircut', '2026-12-01', '2026-12-10')),
  '401 not_authenticated', 'a caller who is not signed in is refused'
);
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(
  pg_temp.refusal(
    schnittwerk.join_waitlist('1', :'carla', :'haircut', '2026-12-01', '2026-12-10')),
  '403 forbidden', 'a user without a profile in the salon is refused'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.join_waitlist('1', :'carla', :'haircut', '2026-12-01', '2026-12-10',
    p_priority => 3) ->> 'details',
  'Only the salon team sets a priority', 'a customer may not set a priority'
);
select is(
  schnittwerk.join_waitlist('1', :'dora', :'haircut', '2026-12-01', '2026-12-10')
    - 'correlation_id',
  schnittwerk.join_waitlist('1', gen_random_uuid(), :'haircut', '2026-12-01', '2026-12-10')
    - 'correlation_id',
  'another customer is refused like an unknown one'
);
select is(
  schnittwerk.join_waitlist('1', null, :'haircut', '2026-12-01', '2026-12-10')
    #>> '{waitlist_entry,customer_id}',
  :'carla', 'the key of refused calls can still be used'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  (select count(*) from schnittwerk_core.waitlist), 1::bigint,
  'refused calls add no entry'
);

select * from finish();
rollback;
