begin;
select plan(17);
\ir ../fixture.psql

select is(
  schnittwerk.create_booking('1', null, null, null, p_notes => repeat('x', 2001))
    - 'correlation_id',
  '{
    "success": false, "operation_id": null, "replayed": false, "http_status": 400,
    "error": "Validation failed", "code": "invalid_input",
    "details": [
      {"path": ["p_customer_id"], "code": "required",
        "message": "p_customer_id is required: the service is not a customer"},
      {"path": ["p_service_id"], "code": "required", "message": "p_service_id is required"},
      {"path": ["p_starts_at"], "code": "required", "message": "p_starts_at is required"},
      {"path": ["p_notes"], "code": "too_long",
        "message": "p_notes must have at most 2000 characters"}
    ]
  }',
  'one refusal names all faults, each with path, code and message'
);
select is(current_setting('response.status'), '400',
  'invalid arguments set response.status to 400');

select is(
  pg_temp.refusal(schnittwerk.create_booking('1', :'carla', :'haircut', start, :'anna')),
  '400 invalid_input: p_starts_at', 'a start at ' || start || ' is refused'
)
from unnest('{
  2026-12-02 10:00:30+01, 2026-12-02 10:00:00.000001+01, infinity, -infinity, 0001-01-01,
  294276-12-31
}'::timestamptz[]) start;
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna', p_expected_price => price)),
  '400 invalid_input: p_expected_price', 'an expected price of ' || price || ' is refused'
)
from unnest('{-0.01, NaN, 100000000, 75.005}'::numeric[]) price;
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna', p_notes => repeat('x', 2001))),
  '400 invalid_input: p_notes', 'notes of 2001 characters are refused'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna', p_override_reason => ' ')),
  '400 invalid_input: p_override_reason', 'a blank override reason is refused'
);
select is_empty(
  'select * from schnittwerk_core.booking_operations', 'invalid calls are not stored under the key'
);
select is(
  schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna', p_notes => repeat('x', 2000)
  ) ->> 'success',
  'true', 'the key of an invalid call can be used for notes of 2000 characters'
);
select is(
  schnittwerk.create_booking(
    '2', :'carla', :'haircut', '2026-12-02 13:07+01', :'anna') ->> 'success',
  'true', 'any whole minute may be a start'
);

select * from finish();
rollback;
