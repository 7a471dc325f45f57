begin;
select plan(16);
\ir ../fixture.psql
select schnittwerk.save_customer('Other', ' Carla@Example.COM ') as answer \gset
select is(pg_temp.refusal(:'answer'), '409 already_exists',
  'another customer''s email is refused, whatever its letter case');
select is(
  :'answer'::jsonb ->> 'details',
  'Another customer has this p_email: change that one (list_customers finds it), or give another address',
  'the refusal of a taken email tells what to do'
);
select is(:'answer'::jsonb ->> 'error', 'Already there',
  'the refusal of a taken email has a fitting title');
select is(
  pg_temp.refusal(schnittwerk.save_customer(null, 'carla@example.com', p_id => :'dora')),
  '409 already_exists', 'a change to another customer''s email is refused'
);
select is(
  schnittwerk.save_customer('Carla', 'CARLA@example.com', p_id => :'carla') #>> '{customer,email}',
  'CARLA@example.com', 'a customer may keep their email in another letter case'
);
select throws_ok(
  format('insert into schnittwerk_core.customers (salon_id, full_name, email) values (%L, %L, %L)',
    :'salon', 'Other', 'dora@example.com'),
  '23505', null, 'direct SQL cannot store a taken email'
);

select pg_temp.become_user(:'stranger_user');
select schnittwerk.register_customer('Carla K.', 'carla@example.com') as registered \gset
select is(:'registered'::jsonb ->> 'http_status', '201', 'registering with a taken email succeeds');
select isnt(:'registered'::jsonb #>> '{customer,id}', :'carla',
  'registering with a taken email adds another customer');
select is(
  (select c.merge_candidate_ids from schnittwerk.list_customers() c), null,
  'a customer sees no candidates for merging'
);
select pg_temp.become_user(:'receptionist_user');
select results_eq(
  'select full_name, merge_candidate_ids from schnittwerk.list_customers()',
  format($$values ('Carla', array[%1$L]::uuid[]), ('Carla K.', array[%2$L]::uuid[]), ('Dora', '{}')$$,
    :'registered'::jsonb #>> '{customer,id}', :'carla'),
  'the salon team sees customers with one email as candidates for merging'
);
select is(
  schnittwerk.save_customer('Carla Keller', 'carla@example.com',
    p_id => (:'registered'::jsonb #>> '{customer,id}')::uuid) ->> 'success',
  'true', 'the salon team can save a candidate for merging with its email'
);
select is(
  pg_temp.refusal(schnittwerk.save_customer('Other', 'carla@example.com')), '409 already_exists',
  'the salon team cannot save a third customer with a taken email'
);

select pg_temp.become_user(:'stranger_user');
select schnittwerk.register_customer('Carla K.', 'k@example.com') \g /dev/null
select pg_temp.become_user(:'receptionist_user');
select is(
  pg_temp.refusal(schnittwerk.save_customer('Other', 'k@example.com')), '409 already_exists',
  'an email that a customer entered is refused for others'
);
select is(
  schnittwerk.save_customer(null, 'x@example.com',
    p_id => (:'registered'::jsonb #>> '{customer,id}')::uuid) ->> 'success',
  'true', 'the salon team can change an email that a customer entered'
);
select pg_temp.become_superuser();
select is(
  (select count(*) from schnittwerk_core.customers c where c.email_is_own), 0::bigint,
  'an email changed by the salon team is no longer the customer''s own'
);
select schnittwerk.erase_customer(:'dora') \g /dev/null
select is(
  schnittwerk.save_customer('Dora', 'dora@example.com') ->> 'success', 'true',
  'the email of an erased customer is free'
);

select * from finish();
rollback;
