begin;
select plan(5);
\ir ../fixture.psql
select is(
  pg_temp.who_may('select * from schnittwerk.list_staff()'),
  'anonymous nobody stranger customer staff receptionist admin service', 'everyone may list staff'
);
select schnittwerk.save_staff('Adam', 'adam@example.com', '044 111', p_is_active => false) \g /dev/null
select schnittwerk.save_staff('Ben', 'ben@example.com', '044 222', p_id => :'ben') \g /dev/null
select results_eq(
  'select full_name, is_active, email, phone, profile_id from schnittwerk.list_staff()',
  format($$values
    ('Adam', false, 'adam@example.com', '044 111', null::uuid),
    ('Anna', true, null, null, %L),
    ('Ben', true, 'ben@example.com', '044 222', null)$$, :'anna_user'),
  'the service sees all staff, with their contact data'
);
select pg_temp.become_user(:'carla_user');
select results_eq(
  'select * from schnittwerk.list_staff()',
  format($$values
    (%L::uuid, 'Anna', true, null::text, null::text, null::uuid),
    (%L, 'Ben', true, null, null, null)$$, :'anna', :'ben'),
  'customers see only the names of active staff'
);
select results_eq(
  format('select id from schnittwerk.list_staff(%L)', :'color'),
  array[:'anna'::uuid], 'staff can be filtered by the service they perform'
);
select throws_ok(
  format('select * from schnittwerk.list_staff(%L)', :'anna'), 'PT404', 'not_found',
  'an unknown service is not found'
);

select * from finish();
rollback;
