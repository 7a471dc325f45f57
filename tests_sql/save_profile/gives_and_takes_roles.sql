begin;
select plan(8);
\ir ../fixture.psql
select schnittwerk.save_profile(:'stranger_user', 'receptionist', 'Sven', 'sven@example.com')
  as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'a new profile is created');
select is(
  :'answer'::jsonb -> 'profile', jsonb_build_object(
    'id', :'stranger_user', 'salon_id', :'salon', 'role', 'receptionist', 'full_name', 'Sven',
    'email', 'sven@example.com', 'is_active', true, 'created_at', '2026-12-01T07:00:00Z'
  ), 'a new profile has all that was given'
);
select pg_temp.become_user(:'stranger_user');
select lives_ok('select * from schnittwerk.list_customers()', 'a new role holds at once');
select is(
  pg_temp.refusal(schnittwerk.save_profile(:'stranger_user', 'admin')), '403 forbidden',
  'nobody raises their own role'
);

select pg_temp.become_user(:'admin_user');
select schnittwerk.save_profile(:'stranger_user', p_is_active => false)
  as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'an existing profile is changed');
select is(
  :'answer'::jsonb -> 'profile' @>
    '{"role": "receptionist", "full_name": "Sven", "email": "sven@example.com", "is_active": false}',
  true, 'a change of a profile keeps what is not given'
);
select pg_temp.become_user(:'stranger_user');
select throws_ok(
  'select * from schnittwerk.list_customers()', 'PT403', 'forbidden',
  'an inactive profile gives no rights'
);

select pg_temp.become_user(:'admin_user');
select is(
  schnittwerk.save_profile(:'stranger_user', 'staff') #> '{profile,is_active}', 'false',
  'a change of the role does not activate a profile'
);

select * from finish();
rollback;
