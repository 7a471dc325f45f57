begin;
select plan(3);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.register_customer('Sven', 'sven@example.com')$$),
  'stranger customer staff receptionist admin',
  'every signed-in user may register, the service may not'
);
select set_config('schnittwerk.acting_user', :'stranger_user', true);
select is(
  pg_temp.refusal(schnittwerk.register_customer(' ', null, repeat('1', 51))),
  '400 invalid_input: p_full_name, p_email, p_phone', 'one refusal names all invalid arguments'
);
select set_config('schnittwerk.acting_user', '', true);
select schnittwerk.save_profile(:'stranger_user', 'customer', p_is_active => false) \g /dev/null
select pg_temp.become_user(:'stranger_user');
select is(
  pg_temp.refusal(schnittwerk.register_customer('Sven', 'sven@example.com')), '403 forbidden',
  'a user with an inactive profile cannot register'
);

select * from finish();
rollback;
