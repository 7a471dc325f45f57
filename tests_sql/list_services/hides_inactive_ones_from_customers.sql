begin;
select plan(5);
\ir ../fixture.psql
select is(
  pg_temp.who_may('select * from schnittwerk.list_services()'),
  'anonymous nobody stranger customer staff receptionist admin service',
  'everyone may list services'
);
select schnittwerk.save_service('Bleach', 90, 99, p_is_active => false) \g /dev/null
select results_eq(
  'select name, is_active from schnittwerk.list_services()',
  $$values ('Bleach', false), ('Color', true), ('Haircut', true)$$,
  'the service sees all services by name'
);
select pg_temp.become_user(:'carla_user');
select results_eq(
  $$select name, category, duration_minutes, base_price, buffer_before_minutes,
    buffer_after_minutes, is_active from schnittwerk.list_services()$$,
  $$values
    ('Color', 'general', 120, 140.00, null::int, null::int, true),
    ('Haircut', 'general', 60, 75.00, null, null, true)$$,
  'customers see only active services, with what a booking page shows'
);
select throws_ok(
  format('select * from schnittwerk.list_services(%L)', :'anna'), 'PT404', 'not_found',
  'an unknown salon is not found'
);
select pg_temp.become_service();
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select throws_ok(
  'select * from schnittwerk.list_services()', 'PT400', 'salon_required',
  'with two salons, the salon is required'
);

select * from finish();
rollback;
