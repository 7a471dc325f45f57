begin;
select plan(6);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.save_staff('Cem')$$), 'admin service',
  'only admins and the service save staff'
);
select is(
  pg_temp.refusal(schnittwerk.save_staff(
    repeat('x', 201), repeat('x', 321), repeat('x', 51))),
  '400 invalid_input: p_full_name, p_email, p_phone', 'one refusal names all invalid arguments'
);
select is(
  pg_temp.refusal(schnittwerk.save_staff('Cem', p_id => :'carla')), '404 not_found',
  'an unknown member of staff is not found'
);
select is(
  pg_temp.refusal(schnittwerk.save_staff('Cem', p_profile_id => :'stranger_user')),
  '404 not_found', 'an unknown profile is not found'
);
select schnittwerk.save_staff('Cem', p_profile_id => :'anna_user') as answer \gset
select is(
  pg_temp.refusal(:'answer'), '400 invalid_input: p_profile_id',
  'the profile of another member of staff is refused');
select is(
  pg_temp.refusal(schnittwerk.save_staff('Ben', p_profile_id => :'anna_user', p_id => :'ben')),
  '400 invalid_input: p_profile_id', 'a change to the profile of another member of staff is refused'
);

select * from finish();
rollback;
