begin;
select plan(16);
\ir ../fixture.psql

-- status and error_message; the ids are looked at below.
create function pg_temp.outcome(
  p_key text, p_customer_id uuid, p_staff_id uuid, p_service_id uuid, p_start timestamptz,
  p_end timestamptz default null, p_price numeric default null, p_user_id uuid default null
)
returns text
language sql
as $$
  select concat_ws(': ', r.status, r.error_message)
  from schnittwerk.create_booking_idempotent(
    p_idempotency_key => p_key, p_customer_id => p_customer_id, p_staff_id => p_staff_id,
    p_service_id => p_service_id, p_starts_at => p_start, p_ends_at => p_end, p_price => p_price,
    p_notes => 'Customer requested window seat', p_user_id => p_user_id
  ) r
$$;

select is(
  pg_temp.outcome('1', :'carla', :'anna', :'haircut', '2026-12-02T10:00:00+01',
    '2026-12-02T11:00:00+01', 75.00),
  'completed', 'a booking with the server''s end and price is completed'
);
select results_eq(
  format($$
    select * from schnittwerk.create_booking_idempotent(
      '1', %L, %L, %L, '2026-12-02T10:00:00+01', '2026-12-02T11:00:00+01', 75.00,
      'Customer requested window seat', null)
  $$, :'carla', :'anna', :'haircut'),
  $$
    select o.id, a.id, 'completed', null::text
    from schnittwerk_core.booking_operations o, schnittwerk_core.appointments a
  $$,
  'a retry gets the same row, with the ids of operation and appointment'
);
select is(
  pg_temp.outcome('2', :'dora', :'anna', :'haircut', '2026-12-02 10:30+01'),
  'failed: Slot not available: Time slot conflicts with another appointment',
  'a taken slot is refused'
);
select is(
  pg_temp.outcome('2', :'dora', :'anna', :'haircut', '2026-12-02 10:30+01'),
  'failed: Slot not available: Time slot conflicts with another appointment',
  'a retry replays the refusal of a taken slot'
);
select results_eq(
  format($$
    select operation_id, appointment_id from schnittwerk.create_booking_idempotent(
      '2', %L, %L, %L, '2026-12-02 10:30+01', p_notes => 'Customer requested window seat')
  $$, :'dora', :'anna', :'haircut'),
  $$select id, null::uuid from schnittwerk_core.booking_operations where idempotency_key = '2'$$,
  'a refusal has an operation and no appointment'
);
select is(
  pg_temp.outcome('3', :'carla', :'anna', :'haircut', '2026-12-02 13:00+01',
    '2026-12-02 13:05+01'),
  'failed: The service takes 60 minutes',
  'an end after five minutes of a service of sixty is refused'
);
select is(
  pg_temp.outcome('4', :'carla', :'anna', :'haircut', '2026-12-02 13:00+01',
    '2026-12-02 12:00+01'),
  'failed: End time must be after start time', 'an end before the start is refused'
);
select is(
  pg_temp.outcome('5', :'carla', :'anna', :'haircut', '2026-12-02 13:00+01', p_price => 1),
  'failed: The price is 75.00', 'a price other than the server''s is refused'
);
select is(
  (select array_agg(o.code order by o.idempotency_key) from schnittwerk_core.booking_operations o),
  '{NULL,slot_conflict,duration_mismatch,invalid_times,price_mismatch}',
  'operations have the codes of create_booking'
);
select is(
  pg_temp.outcome('6', :'carla', null, :'haircut', '2026-12-02 13:00+01'), 'completed',
  'without staff, end and price any free staff are booked'
);
select is(
  pg_temp.outcome('1', :'carla', :'anna', :'haircut', '2026-12-02 13:00+01'),
  'failed: The key was used with other arguments', 'reusing a key with other arguments is refused'
);
select alike(
  pg_temp.outcome(null, :'carla', :'anna', :'haircut', '2026-12-02 13:00+01'),
  'failed: %p_idempotency_key must have 1 to 255 printable characters%',
  'a call without a key is refused'
);
select is(
  pg_temp.outcome('1', :'carla', :'anna', :'haircut', '2026-12-03 13:00+01',
    p_user_id => :'carla_user'),
  'completed', 'the service may use a key once more on behalf of a user'
);
select is(
  (
    select caller from schnittwerk_core.booking_operations
    where starts_at = '2026-12-03 13:00+01'
  ),
  :'carla_user', 'a booking on behalf of a user is recorded under that user'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.outcome('8', :'carla', :'anna', :'haircut', '2026-12-03 10:00+01',
    p_user_id => :'admin_user'),
  'failed: p_user_id is not the signed-in user', 'a signed-in user cannot book as another user'
);
select is(
  pg_temp.outcome('8', :'carla', :'anna', :'haircut', '2026-12-03 10:00+01',
    p_user_id => :'carla_user'),
  'completed', 'a signed-in user may book as themselves'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
