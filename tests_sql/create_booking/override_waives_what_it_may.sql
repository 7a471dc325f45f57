begin;
select plan(18);
\ir ../fixture.psql

select schnittwerk.create_holiday('Feast', '2026-12-03'),
  schnittwerk.add_time_off(:'ben', '2026-12-04'),
  schnittwerk.create_booking('taken', :'dora', :'haircut', '2026-12-02 10:00+01', :'ben')
\g /dev/null

select pg_temp.become_user(:'admin_user') \g /dev/null
select is(
  schnittwerk.create_booking(
    what, :'carla', :'haircut', start, :'ben', p_override_reason => 'Wedding'
  ) ->> 'success',
  'true', 'an override waives ' || what
)
from (
  values
    ('the notice', timestamptz '2026-12-01 09:00+01'),
    ('the horizon', '2027-03-03 10:00+01'),
    ('a holiday', '2026-12-03 10:00+01'),
    ('a closed day', '2026-12-06 10:00+01'),
    ('opening hours', '2026-12-02 18:30+01'),
    ('time off', '2026-12-04 10:00+01')
) t (what, start);

select is(
  schnittwerk.create_booking(
    what, :'carla', service, start, :'ben', p_expected_price => price,
    p_override_reason => 'Wedding'
  ) ->> 'code',
  code, 'an override does not waive ' || what
)
from (
  values
    ('an appointment', :'haircut'::uuid, timestamptz '2026-12-02 10:30+01', null::numeric,
      'slot_conflict'),
    ('an appointment''s buffer', :'haircut', '2026-12-02 11:00+01', null, 'slot_conflict'),
    ('what staff do not perform', :'color', '2026-12-02 14:00+01', null, 'service_not_offered'),
    ('the price', :'haircut', '2026-12-02 14:00+01', 1, 'price_mismatch')
) t (what, service, start, price, code);
select schnittwerk.set_policy('require_slot_grid', 'true') \g /dev/null
select is(
  schnittwerk.create_booking(
    'grid', :'carla', :'haircut', '2026-12-02 14:01+01', :'ben', p_override_reason => 'Wedding'
  ) ->> 'code',
  'off_grid', 'an override does not waive a required grid'
);
select is(
  schnittwerk.create_booking('none', :'carla', :'haircut', '2026-12-02 19:45+01', :'ben')
    ->> 'code',
  'outside_business_hours', 'without a reason the rules bind an admin'
);

select pg_temp.become_user(:'anna_user') \g /dev/null
select is(
  schnittwerk.create_booking(
    '1', :'carla', :'color', '2026-12-09 18:00+01', :'anna', p_override_reason => 'Regular'
  ) ->> 'success',
  'true', 'staff may override'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  schnittwerk.create_booking(
    '1', :'carla', :'color', '2026-12-10 18:00+01', :'anna', p_override_reason => 'Regular'
  ) ->> 'success',
  'true', 'receptionists may override'
);
select pg_temp.become_service() \g /dev/null
select is(
  schnittwerk.create_booking(
    '1', :'carla', :'color', '2026-12-11 18:00+01', :'anna', p_override_reason => 'Regular'
  ) ->> 'success',
  'true', 'the service may override'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.create_booking(
    '1', null, :'haircut', '2026-12-02 14:00+01', :'ben', p_override_reason => 'Please'
  ) - 'correlation_id',
  '{
    "success": false, "operation_id": null, "replayed": false, "http_status": 403,
    "error": "Not allowed", "code": "forbidden",
    "details": "Only the salon team may override rules"
  }',
  'customers may not override'
);

select pg_temp.become_superuser() \g /dev/null
select results_eq(
  $$
    select caller, override_reason, status from schnittwerk_core.booking_operations
    where idempotency_key = 'a holiday'
  $$,
  format($$values (%L, 'Wedding', 'completed')$$, :'admin_user'),
  'the operation records who overrode and why'
);
select is_empty(
  format(
    'select * from schnittwerk_core.booking_operations where caller = %L', :'carla_user'),
  'a customer''s forbidden override is not stored'
);

select * from finish();
rollback;
