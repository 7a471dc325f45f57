begin;
select plan(14);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
    #>> '{appointment,id}' as id,
  schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-03 14:00+01', :'ben')
    #>> '{appointment,id}' as other \gset

select set_config('request.headers', '{"idempotency-key": "h", "x-correlation-id": "c"}', true)
\g /dev/null
select schnittwerk.reschedule_booking(null, :'id', '2026-12-04 10:00+01') as answer \gset
select is(
  :'answer'::jsonb ->> 'correlation_id', 'c',
  'the answer has the correlation id of the request''s header'
);
select is(
  schnittwerk.reschedule_booking('h', :'id', '2026-12-04 09:00+00'),
  :'answer'::jsonb || '{"replayed": true}',
  'a key in the header is the same as a key in the argument'
);
select is(
  schnittwerk.get_operation('h', 'reschedule'), :'answer'::jsonb || '{"replayed": true}',
  'get_operation gives the answer of a reschedule'
);
select is(
  schnittwerk.reschedule_booking('h', id, start, staff, reason, override, service) ->> 'code',
  'idempotency_key_reused', 'reusing the key with ' || description || ' is refused'
)
from (
  values
    (:'other'::uuid, timestamptz '2026-12-04 10:00+01', null::uuid, null, null, null::uuid,
      'another appointment'),
    (:'id', '2026-12-04 10:15+01', null, null, null, null, 'another start'),
    (:'id', '2026-12-04 10:00+01', :'anna', null, null, null, 'other staff'),
    (:'id', '2026-12-04 10:00+01', null, 'late', null, null, 'a reason'),
    (:'id', '2026-12-04 10:00+01', null, null, 'late', null, 'an override reason'),
    (:'id', '2026-12-04 10:00+01', null, null, null, :'color', 'another service')
) t (id, start, staff, reason, override, service, description);
select is(
  schnittwerk.cancel_booking('h', :'other') ->> 'replayed', 'false',
  'another operation may use the same key'
);

select schnittwerk.reschedule_booking('r', :'id', '2026-12-06 10:00+01') as refused \gset
select is(
  :'refused'::jsonb ->> 'code', 'business_closed', 'a move to a closed day is refused'
);
select
  schnittwerk.set_special_hours('2026-12-06', '[{"start_time": "09:00", "end_time": "18:00"}]'),
  schnittwerk.set_staff_availability(
    :'ben', '[{"day_of_week": 0, "start_time": "08:00", "end_time": "20:00"}]')
\g /dev/null
select is(
  schnittwerk.reschedule_booking('r', :'id', '2026-12-06 10:00+01'),
  :'refused'::jsonb || '{"replayed": true}',
  'a retry replays the refusal although the day is open now'
);
select is(
  schnittwerk.reschedule_booking('r2', :'id', '2026-12-06 10:00+01') ->> 'success', 'true',
  'with a new key the move to the day that is open now succeeds'
);
select results_eq(
  $$
    select idempotency_key, status, code, appointment_id, starts_at, replay_count
    from schnittwerk_core.booking_operations where operation_type = 'reschedule'
    order by idempotency_key
  $$,
  format(
    $$values
      ('h', 'completed', null, %1$L::uuid, timestamptz '2026-12-04 10:00+01', 1),
      ('r', 'failed', 'business_closed', %1$L, '2026-12-06 10:00+01', 1),
      ('r2', 'completed', null, %1$L, '2026-12-06 10:00+01', 0)$$, :'id'),
  'each operation is recorded with the start that was asked for'
);

select * from finish();
rollback;
