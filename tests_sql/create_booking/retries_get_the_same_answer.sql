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
  'the body is the same, only that it was replayed'
);
select is(current_setting('response.status'), '201', 'the status too');
select is(
  schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna', p_expected_price => 75),
  :'booked'::jsonb || '{"replayed": true}',
  'as often as one asks'
);
select is((select count(*) from schnittwerk_core.appointments), 1::bigint, 'one is booked');
select is(
  (select replay_count from schnittwerk_core.booking_operations), 2, 'the retries are counted'
);

select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna')
as refused \gset
select is(:'refused'::jsonb ->> 'code', 'slot_conflict', 'a refusal is kept as well:');
delete from schnittwerk_core.appointments;
select set_config('response.status', '', true) \g /dev/null
select is(
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna'),
  :'refused'::jsonb || '{"replayed": true}',
  'the same answer comes again, even when the time is free by now'
);
select is(current_setting('response.status'), '409', 'with its status');
select results_eq(
  $$
    select status, code, error_message, appointment_id, replay_count
    from schnittwerk_core.booking_operations where idempotency_key = '2'
  $$,
  $$values (
    'failed', 'slot_conflict', 'Time slot conflicts with another appointment', null::uuid, 1
  )$$,
  'as it is recorded'
);
select is(
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna')
    -> 'success',
  'true', 'a new key asks anew'
);
select is(
  (select bool_and(updated_at > created_at) from schnittwerk_core.booking_operations),
  true, 'a retry leaves the times of the operation'
);

select * from finish();
rollback;
