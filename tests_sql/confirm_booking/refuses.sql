begin;
select plan(6);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
    #>> '{appointment,id}' as id,
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 14:00+01', :'ben')
    #>> '{appointment,id}' as other \gset

select is(
  pg_temp.refusal(schnittwerk.confirm_booking(repeat('x', 256), null)),
  '400 invalid_input: p_idempotency_key, p_appointment_id',
  'one refusal names all invalid arguments'
);
select is(
  pg_temp.refusal(schnittwerk.confirm_booking('k', :'id')), null,
  'a pending appointment is confirmed'
);
select schnittwerk.confirm_booking('l', :'id') as refused \gset
select is(
  :'refused'::jsonb - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 400, "error": "Status change failed",
    "code": "wrong_status", "details": "The appointment is confirmed"
  }', 'a confirmed appointment cannot be confirmed again'
);
select is(
  schnittwerk.confirm_booking('l', :'id'), :'refused'::jsonb || '{"replayed": true}',
  'a retry replays the refusal'
);
select is(
  pg_temp.refusal(schnittwerk.confirm_booking('k', :'other')), '422 idempotency_key_reused',
  'reusing the key for another appointment is refused'
);
select results_eq(
  $$
    select idempotency_key, status, code, error_message, appointment_id, starts_at
    from schnittwerk_core.booking_operations where operation_type = 'confirm'
    order by idempotency_key
  $$,
  format(
    $$values
      ('k', 'completed', null, null, %1$L::uuid, timestamptz '2026-12-03 10:00+01'),
      ('l', 'failed', 'wrong_status', 'The appointment is confirmed', %1$L,
        '2026-12-03 10:00+01')$$, :'id'),
  'done and refused operations are recorded, invalid calls are not'
);

select * from finish();
rollback;
