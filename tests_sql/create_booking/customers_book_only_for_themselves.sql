begin;
select plan(11);
\ir ../fixture.psql

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.create_booking('1', null, :'haircut', '2026-12-02 10:00+01', :'ben')
    #>> '{appointment,customer_id}',
  :'carla', 'without a customer, the caller is the customer'
);
select is(
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
    ->> 'replayed',
  'true', 'a retry with the caller''s own customer id is the same request'
);
select is(
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben')
    - 'correlation_id',
  schnittwerk.create_booking('2', gen_random_uuid(), :'haircut', '2026-12-02 14:00+01', :'ben')
    - 'correlation_id',
  'another customer''s id answers exactly like an unknown one'
);
select is(
  pg_temp.refusal(
    schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben')),
  '404 not_found', 'another customer''s id is not found'
);

select pg_temp.become_user(:'anna_user') \g /dev/null
select is(
  schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben') ->> 'success',
  'true', 'staff book for any customer'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking('2', null, :'haircut', '2026-12-03 14:00+01', :'ben')),
  '404 not_found', 'staff who are no customer cannot book for themselves'
);
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(
  pg_temp.refusal(
    schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-03 10:00+01', :'ben')),
  '403 forbidden', 'a user without a profile in the salon cannot book'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.save_profile(:'carla_user', 'customer', p_is_active => false) \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.create_booking('3', null, :'haircut', '2026-12-03 10:00+01', :'ben')),
  '403 forbidden', 'a user with an inactive profile cannot book'
);
select pg_temp.become_anonymous() \g /dev/null
select is(
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
    - 'correlation_id',
  '{
    "success": false, "operation_id": null, "replayed": false, "http_status": 401,
    "error": "Authentication required", "code": "not_authenticated",
    "details": "Authentication required"
  }',
  'an anonymous caller is asked to sign in'
);
select pg_temp.become('schnittwerk_user', null) \g /dev/null
select is(
  pg_temp.refusal(
    schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')),
  '401 not_authenticated', 'a user without claims is asked to sign in'
);

select pg_temp.become_superuser() \g /dev/null
select is(
  (select count(*) from schnittwerk_core.booking_operations), 2::bigint,
  'a refusal because of the caller is not stored'
);

select * from finish();
rollback;
