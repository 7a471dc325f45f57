begin;
select plan(12);
\ir ../fixture.psql

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')
\g /dev/null
select is(
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 13:00+01', :'anna')
    - 'correlation_id',
  '{
    "success": false, "operation_id": null, "replayed": false, "http_status": 422,
    "error": "Idempotency key reused", "code": "idempotency_key_reused",
    "details": "The key was used with other arguments"
  }',
  'reusing a key with another start is refused'
);
select is(current_setting('response.status'), '422', 'a reused key sets response.status to 422');
select is(
  schnittwerk.create_booking(
    '1', customer, service, '2026-12-02 10:00+01', staff, notes, price, reason) ->> 'code',
  'idempotency_key_reused', 'reusing a key with ' || description || ' is refused'
)
from (
  values
    (:'dora'::uuid, :'haircut'::uuid, :'anna'::uuid, null, null::numeric, null, 'another customer'),
    (:'carla', :'color', :'anna', null, null, null, 'another service'),
    (:'carla', :'haircut', :'ben', null, null, null, 'other staff'),
    (:'carla', :'haircut', null, null, null, null, 'any staff'),
    (:'carla', :'haircut', :'anna', 'Please', null, null, 'notes'),
    (:'carla', :'haircut', :'anna', null, 75, null, 'a price'),
    (:'carla', :'haircut', :'anna', null, null, 'VIP', 'an override')
) t (customer, service, staff, notes, price, reason, description);
select is(
  (select array_agg(replay_count) from schnittwerk_core.booking_operations), '{0}',
  'refused reuses of a key are not stored or counted as retries'
);

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 13:00+01', :'anna')
    ->> 'success',
  'true', 'another caller may use the same key'
);
select pg_temp.become_superuser() \g /dev/null
select set_eq(
  $$select caller from schnittwerk_core.booking_operations where idempotency_key = '1'$$,
  array['service', :'carla_user'], 'each operation is recorded under its caller'
);

select * from finish();
rollback;
