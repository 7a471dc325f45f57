begin;
select plan(6);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.save_staff('Cem')$$), 'admin service',
  'admins save staff'
);
select is(
  pg_temp.refusal(schnittwerk.save_staff(
    repeat('x', 201), repeat('x', 321), repeat('x', 51))),
  '400 invalid_input: p_full_name, p_email, p_phone', 'all faults at once'
);
select is(
  pg_temp.refusal(schnittwerk.save_staff('Cem', p_id => :'carla')), '404 not_found',
  'an unknown id'
);
select is(
  pg_temp.refusal(schnittwerk.save_staff('Cem', p_profile_id => :'stranger_user')),
  '404 not_found', 'an unknown profile'
);
select schnittwerk.save_staff('Cem', p_profile_id => :'anna_user') as answer \gset
select is(
  pg_temp.refusal(:'answer'), '400 invalid_input: p_profile_id', 'one profile is one person');
select is(
  pg_temp.refusal(schnittwerk.save_staff('Ben', p_profile_id => :'anna_user', p_id => :'ben')),
  '400 invalid_input: p_profile_id', 'by a change neither'
);

select * from finish();
rollback;
