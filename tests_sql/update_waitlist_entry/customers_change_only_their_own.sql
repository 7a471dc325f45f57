begin;
select plan(8);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'carla', :'haircut') as carlas,
  pg_temp.wait(:'dora', :'haircut') as doras \gset
select is(
  pg_temp.who_may(format(
    $$select schnittwerk.update_waitlist_entry('1', %L, '{"notes": "x"}') as answer$$, :'carlas')),
  'customer staff receptionist admin service', 'the roles that may change Carla''s entry'
);
select is(
  pg_temp.who_may(format(
    $$select schnittwerk.update_waitlist_entry('1', %L, '{"notes": "x"}') as answer$$, :'doras')),
  'customer(not_found) staff receptionist admin service', 'the roles that may change Dora''s entry'
);
select is(
  pg_temp.who_may(format(
    $$select schnittwerk.update_waitlist_entry('1', %L, '{"priority": 0}') as answer$$, :'carlas')),
  'staff receptionist admin service', 'the roles that may set a priority'
);

select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.update_waitlist_entry('1', :'carlas', '{}')),
  '401 not_authenticated', 'a caller who is not signed in is refused'
);
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.update_waitlist_entry('1', :'carlas', '{}')), '403 forbidden',
  'a stranger'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.update_waitlist_entry('1', :'carlas', '{"priority": null}') ->> 'details',
  'Only the salon team sets a priority', 'a customer may not set a priority'
);
select is(
  schnittwerk.update_waitlist_entry('1', :'doras', '{}') - 'correlation_id',
  schnittwerk.update_waitlist_entry('1', gen_random_uuid(), '{}') - 'correlation_id',
  'another customer''s entry is refused like an unknown one'
);
select is(
  pg_temp.refusal(schnittwerk.update_waitlist_entry(
    '1', :'carlas', jsonb_build_object('customer_id', :'dora'))),
  '400 invalid_input: p_changes.customer_id', 'the entry keeps its customer'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
