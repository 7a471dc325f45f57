begin;
select plan(8);
\ir ../fixture.psql
select pg_temp.become_user(:'stranger_user');
select schnittwerk.register_customer('Sven', 'sven@example.com', '044 111') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'a user without a profile becomes a customer');
select is(
  (:'answer'::jsonb -> 'customer') - 'id', jsonb_build_object(
    'salon_id', :'salon', 'full_name', 'Sven', 'email', 'sven@example.com', 'phone', '044 111',
    'profile_id', :'stranger_user', 'notes', null, 'created_at', '2026-12-01T07:00:00Z'
  ), 'a registered customer has the profile of the user'
);
select is(
  schnittwerk.create_booking('1', null, :'haircut', '2026-12-03 10:00+01') ->> 'success', 'true',
  'a registered customer can book'
);
select pg_temp.become_user(:'receptionist_user');
select schnittwerk.save_customer('Sven', 'sven@example.com', '044 111', :'stranger_user', 'moody',
  (:'answer'::jsonb #>> '{customer,id}')::uuid) \g /dev/null
select pg_temp.become_user(:'stranger_user');
select schnittwerk.register_customer('Sven S.', 's@example.com') as again \gset
select is(:'again'::jsonb ->> 'http_status', '200', 'registering again changes the customer');
select is(
  :'again'::jsonb -> 'customer', :'answer'::jsonb -> 'customer'
    || '{"full_name": "Sven S.", "email": "s@example.com"}',
  'registering again keeps what is not given and hides the salon''s notes'
);
select pg_temp.become_user(:'admin_user');
select results_eq(
  $$select notes from schnittwerk.list_customers('Sven')$$, array['moody'],
  'registering again keeps the salon''s notes');
select is(
  schnittwerk.register_customer('Alma', 'alma@example.com') ->> 'success', 'true',
  'an admin may register as a customer'
);
select lives_ok(
  $$select * from schnittwerk.list_time_off('2026-12-01', '2026-12-02')$$,
  'an admin who registers as a customer stays an admin');

select * from finish();
rollback;
