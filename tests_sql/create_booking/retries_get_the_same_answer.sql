begin;
select plan(11);
\ir ../fixture.psql

select schnittwerk.create_booking(
  '1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna', p_expected_price => 75) as booked \gset
select set_config('response.status', '', true),
  set_config('request.headers', '{"x-correlation-id": "of the retry"}', true) \g /dev/null
select is(
  schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 09:00+00', :'anna', p_expected_price => 75.00),
  :'booked'::jsonb || '{"replayed": true}',
  'a retry answers the same body, marked as replayed'
);
select is(current_setting('response.status'), '201', 'a retry sets response.status to 201');
select is(
  schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna', p_expected_price => 75),
  :'booked'::jsonb || '{"replayed": true}',
  'a second retry answers the same body'
);
select is((select count(*) from schnittwerk_core.appointments), 1::bigint,
  'three calls with one key book one appointment');
select is(
  (select replay_count from schnittwerk_core.booking_operations), 2,
    'the operation counts its retries'
);

select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna')
as refused \gset
select is(:'refused'::jsonb ->> 'code', 'slot_conflict', 'a taken slot is refused');
delete from schnittwerk_core.appointments;
select set_config('response.status', '', true) \g /dev/null
select is(
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna'),
  :'refused'::jsonb || '{"replayed": true}',
  'a retry replays the refusal although the slot is free now'
);
select is(current_setting('response.status'), '409',
  'a replayed refusal sets response.status to 409');
select results_eq(
  $$
    select status, code, error_message, appointment_id, replay_count
    from schnittwerk_core.booking_operations where idempotency_key = '2'
  $$,
  $$values (
    'failed', 'slot_conflict', 'Time slot conflicts with another appointment', null::uuid, 1
  )$$,
  'a refused operation is recorded with its code and retry'
);
select is(
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna')
    -> 'success',
  'true', 'with a new key the slot that is free now is booked'
);
select is(
  (select bool_and(updated_at > created_at) from schnittwerk_core.booking_operations),
  true, 'retries leave the times of the operation'
);

select * from finish();
rollback;
