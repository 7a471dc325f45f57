begin;
select plan(10);
\ir ../fixture.psql

select is(
  pg_temp.who_may(format($$
    select schnittwerk.join_waitlist('1', %L, %L, '2026-12-01', '2026-12-10') as answer
  $$, :'carla', :'haircut')),
  'customer staff receptionist admin service', 'who may join for Carla'
);
select is(
  pg_temp.who_may(format($$
    select schnittwerk.join_waitlist('1', %L, %L, '2026-12-01', '2026-12-10') as answer
  $$, :'dora', :'haircut')),
  'customer(not_found) staff receptionist admin service',
  'for Dora: to another customer she does not exist'
);
select is(
  pg_temp.who_may(format($$
    select schnittwerk.join_waitlist(
      '1', %L, %L, '2026-12-01', '2026-12-10', p_priority => 1) as answer
  $$, :'carla', :'haircut')),
  'staff receptionist admin service', 'who may set a priority'
);
select is(
  pg_temp.who_may(format($$
    select schnittwerk.join_waitlist('1', null, %L, '2026-12-01', '2026-12-10') as answer
  $$, :'haircut')),
  'customer staff(not_found) receptionist(not_found) admin(not_found) service(invalid_input)',
  'without a customer it is the caller, where they are one'
);

select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refusal(
    schnittwerk.join_waitlist('1', :'carla', :'haircut', '2026-12-01', '2026-12-10')),
  '401 not_authenticated', 'who is not signed in'
);
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(
  pg_temp.refusal(
    schnittwerk.join_waitlist('1', :'carla', :'haircut', '2026-12-01', '2026-12-10')),
  '403 forbidden', 'a stranger'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.join_waitlist('1', :'carla', :'haircut', '2026-12-01', '2026-12-10',
    p_priority => 3) ->> 'details',
  'Only the salon team sets a priority', 'a customer with a priority'
);
select is(
  schnittwerk.join_waitlist('1', :'dora', :'haircut', '2026-12-01', '2026-12-10')
    - 'correlation_id',
  schnittwerk.join_waitlist('1', gen_random_uuid(), :'haircut', '2026-12-01', '2026-12-10')
    - 'correlation_id',
  'another customer is refused as one that does not exist'
);
select is(
  schnittwerk.join_waitlist('1', null, :'haircut', '2026-12-01', '2026-12-10')
    #>> '{waitlist_entry,customer_id}',
  :'carla', 'none of that used the key'
);
select pg_temp.become_superuser() \g /dev/null
select is((select count(*) from schnittwerk_core.waitlist), 1::bigint, 'one waits');

select * from finish();
rollback;
