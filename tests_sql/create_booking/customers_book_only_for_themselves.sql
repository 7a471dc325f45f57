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
  'true', 'which is the same request as with their own id'
);
select is(
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben')
    - 'correlation_id',
  schnittwerk.create_booking('2', gen_random_uuid(), :'haircut', '2026-12-02 14:00+01', :'ben')
    - 'correlation_id',
  'another''s id answers exactly as one that there is not'
);
select is(
  pg_temp.refusal(
    schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben')),
  '404 not_found', 'that is, it is not found'
);

select pg_temp.become_user(:'anna_user') \g /dev/null
select is(
  schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben') ->> 'success',
  'true', 'the salon''s people book for anybody'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking('2', null, :'haircut', '2026-12-03 14:00+01', :'ben')),
  '404 not_found', 'for themselves only where they are a customer'
);
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(
  pg_temp.refusal(
    schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-03 10:00+01', :'ben')),
  '403 forbidden', 'who has no profile in the salon does not book'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.save_profile(:'carla_user', 'customer', p_is_active => false) \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.create_booking('3', null, :'haircut', '2026-12-03 10:00+01', :'ben')),
  '403 forbidden', 'nor who has an inactive one'
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
  'who is not signed in is asked to'
);
select pg_temp.become('schnittwerk_user', null) \g /dev/null
select is(
  pg_temp.refusal(
    schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')),
  '401 not_authenticated', 'so is a user without claims'
);

select pg_temp.become_superuser() \g /dev/null
select is(
  (select count(*) from schnittwerk_core.booking_operations), 2::bigint,
  'nothing of what is refused to a caller is stored'
);

select * from finish();
rollback;
