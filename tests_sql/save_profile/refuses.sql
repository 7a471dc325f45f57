begin;
select plan(6);
\ir ../fixture.psql
select is(
  pg_temp.who_may(format($$select schnittwerk.save_profile(%L, 'staff')$$, :'stranger_user')),
  'admin service', 'only admins and the service give roles'
);
select is(
  pg_temp.refusal(schnittwerk.save_profile(null, 'boss', ' ', repeat('x', 321))),
  '400 invalid_input: p_profile_id, p_role, p_full_name, p_email',
  'one refusal names all invalid arguments'
);
select is(
  pg_temp.refusal(schnittwerk.save_profile(:'stranger_user')),
  '400 invalid_input: p_role', 'a new profile needs a role'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.refusal(schnittwerk.save_profile(:'stranger_user', 'staff')),
  '400 salon_required', 'with two salons, the salon is required'
);
select is(
  pg_temp.refusal(schnittwerk.save_profile(:'stranger_user', 'staff', p_salon_id => :'anna')),
  '404 not_found', 'an unknown salon is not found'
);
select pg_temp.become_user(:'admin_user');
select is(
  pg_temp.refusal(schnittwerk.save_profile(:'stranger_user', 'staff', p_salon_id => :'second')),
  '403 forbidden', 'an admin cannot give roles in another salon'
);

select * from finish();
rollback;
