begin;
select plan(4);
\ir ../fixture.psql
\ir ../refused.psql
select schnittwerk.save_profile(:'stranger_user', 'customer', 'Ádam', 'adam@example.com', false)
\g /dev/null
select is(
  pg_temp.who_may('select * from schnittwerk.list_profiles()'), 'admin service',
  'only admins and the service list profiles'
);
select is(
  array(select role from schnittwerk.list_profiles()),
  '{admin,receptionist,staff,customer,customer}', 'profiles are listed by role'
);
select results_eq(
  'select id, role, full_name, email, is_active from schnittwerk.list_profiles(''customer'') limit 1',
  format($$values (%L::uuid, 'customer', 'Ádam', 'adam@example.com', false)$$, :'stranger_user'),
  'profiles of one role are listed by name, with inactive ones'
);
select is(
  pg_temp.refused('select schnittwerk.list_profiles(''owner'')'), '400 invalid_input: p_role',
  'another role is refused'
);

select * from finish();
rollback;
