begin;
select plan(8);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'carla', :'haircut') as carlas,
  pg_temp.wait(:'dora', :'haircut') as doras \gset
select is(
  pg_temp.who_may(format(
    $$select schnittwerk.update_waitlist_entry('1', %L, '{"notes": "x"}') as answer$$, :'carlas')),
  'customer staff receptionist admin service', 'Carla and the salon team may change Carla''s entry'
);
select is(
  pg_temp.who_may(format(
    $$select schnittwerk.update_waitlist_entry('1', %L, '{"notes": "x"}') as answer$$, :'doras')),
  'customer(not_found) staff receptionist admin service',
  'only the salon team may change another customer''s entry'
);
select is(
  pg_temp.who_may(format(
    $$select schnittwerk.update_waitlist_entry('1', %L, '{"priority": 0}') as answer$$, :'carlas')),
  'staff receptionist admin service', 'only the salon team may set a priority'
);

select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.update_waitlist_entry('1', :'carlas', '{}')),
  '401 not_authenticated', 'a caller who is not signed in is refused'
);
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.update_waitlist_entry('1', :'carlas', '{}')), '403 forbidden',
  'a user without a profile in the salon is refused'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.update_waitlist_entry('1', :'carlas', '{"priority": null}') ->> 'details',
  'Only the salon team sets a priority', 'the refusal says that only the salon team sets a priority'
);
select is(
  schnittwerk.update_waitlist_entry('1', :'doras', '{}') - 'correlation_id',
  schnittwerk.update_waitlist_entry('1', gen_random_uuid(), '{}') - 'correlation_id',
  'another customer''s entry is refused like an unknown one'
);
select is(
  pg_temp.refusal(schnittwerk.update_waitlist_entry(
    '1', :'carlas', jsonb_build_object('customer_id', :'dora'))),
  '400 invalid_input: p_changes.customer_id', 'the customer of an entry cannot be changed'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
