begin;
select plan(16);
\ir ../fixture.psql
select schnittwerk.save_customer('Other', ' Carla@Example.COM ') as answer \gset
select is(pg_temp.refusal(:'answer'), '409 already_exists', 'another customer has it, in any case');
select is(
  :'answer'::jsonb ->> 'details',
  'Another customer has this p_email: change that one, whom list_customers finds by it, or give another',
  'and the refusal tells what to do'
);
select is(:'answer'::jsonb ->> 'error', 'Already there', 'under a title that fits');
select is(
  pg_temp.refusal(schnittwerk.save_customer(null, 'carla@example.com', p_id => :'dora')),
  '409 already_exists', 'a change does not give it to a second customer either'
);
select is(
  schnittwerk.save_customer('Carla', 'CARLA@example.com', p_id => :'carla') #>> '{customer,email}',
  'CARLA@example.com', 'a customer''s own is no other''s'
);
select throws_ok(
  format('insert into schnittwerk_core.customers (salon_id, full_name, email) values (%L, %L, %L)',
    :'salon', 'Other', 'dora@example.com'),
  '23505', null, 'direct SQL is held to it'
);

select pg_temp.become_user(:'stranger_user');
select schnittwerk.register_customer('Carla K.', 'carla@example.com') as registered \gset
select is(:'registered'::jsonb ->> 'http_status', '201', 'who registers is not told');
select isnt(:'registered'::jsonb #>> '{customer,id}', :'carla', 'and takes nobody over');
select is(
  (select c.merge_candidate_ids from schnittwerk.list_customers() c), null,
  'a customer sees no candidates'
);
select pg_temp.become_user(:'receptionist_user');
select results_eq(
  'select full_name, merge_candidate_ids from schnittwerk.list_customers()',
  format($$values ('Carla', array[%1$L]::uuid[]), ('Carla K.', array[%2$L]::uuid[]), ('Dora', '{}')$$,
    :'registered'::jsonb #>> '{customer,id}', :'carla'),
  'the salon team sees both as candidates for merging'
);
select is(
  schnittwerk.save_customer('Carla Keller', 'carla@example.com',
    p_id => (:'registered'::jsonb #>> '{customer,id}')::uuid) ->> 'success',
  'true', 'and can save either with the address that it has'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer('Other', 'carla@example.com')), '409 already_exists',
  'but no third one'
);

select pg_temp.become_user(:'stranger_user');
select schnittwerk.register_customer('Carla K.', 'k@example.com') \g /dev/null
select pg_temp.become_user(:'receptionist_user');
select is(
  pg_temp.refusal(schnittwerk.save_customer('Other', 'k@example.com')), '409 already_exists',
  'an address that a customer entered is theirs as well'
);
select is(
  schnittwerk.save_customer(null, 'x@example.com',
    p_id => (:'registered'::jsonb #>> '{customer,id}')::uuid) ->> 'success',
  'true', 'the salon team can change it'
);
select pg_temp.become_superuser();
select is(
  (select count(*) from schnittwerk_core.customers c where c.email_is_own), 0::bigint,
  'which makes it the salon''s'
);
select schnittwerk.erase_customer(:'dora') \g /dev/null
select is(
  schnittwerk.save_customer('Dora', 'dora@example.com') ->> 'success', 'true',
  'the address of an erased customer is free'
);

select * from finish();
rollback;
