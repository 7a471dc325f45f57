begin;
select plan(12);
\ir ../fixture.psql

select schnittwerk.create_booking(
  p_idempotency_key => '1', p_customer_id => :'carla', p_service_id => :'haircut',
  p_starts_at => '2026-12-02 10:00+01', p_staff_id => :'anna', p_notes => 'Window seat, please',
  p_expected_price => 75
) as answer \gset
select :'answer'::jsonb #>> '{appointment,id}' as appointment \gset

select set_eq(
  format('select jsonb_object_keys(%L)', :'answer'),
  '{success,operation_id,replayed,correlation_id,http_status,appointment}'::text[],
  'the answer has exactly the documented keys'
);
select is(
  :'answer'::jsonb - '{operation_id,correlation_id,appointment}'::text[],
  '{"success": true, "replayed": false, "http_status": 201}',
  'a new booking answers 201, not replayed'
);
select is(current_setting('response.status'), '201',
  'response.status is set to 201 for the gateway');
select is(
  (:'answer'::jsonb -> 'appointment') - '{id}'::text[],
  jsonb_build_object(
    'salon_id', :'salon', 'customer_id', :'carla', 'staff_id', :'anna', 'service_id', :'haircut',
    'starts_at', '2026-12-02T09:00:00Z', 'ends_at', '2026-12-02T10:00:00Z', 'status', 'pending',
    'steps', null, 'units', null, 'visit_id', null, 'visit_item', null,
    'price', 75.00, 'price_details', null, 'promotion_id', null,
    'buffer_before_minutes', 0, 'buffer_after_minutes', 15,
    'cancellation_deadline_hours', 24, 'reschedule_deadline_hours', 2, 'max_reschedules', 3,
    'late_cancellation_fee_percent', null, 'no_show_fee_percent', null,
    'reschedule_count', 0, 'cancellable_until', null, 'notes', 'Window seat, please', 'cancelled_at', null,
    'cancellation_reason', null, 'created_at', '2026-12-01T07:00:00Z',
    'updated_at', '2026-12-01T07:00:00Z'
  ),
  'the appointment has end and price from the server, and is pending'
);
select set_eq(
  format('select jsonb_object_keys(%L)', :'answer'::jsonb -> 'appointment'),
  $$
    select column_name from information_schema.columns
    where table_schema = 'schnittwerk_core' and table_name = 'appointments'
      and column_name <> 'version'
  $$,
  'the appointment has all its columns, but for the number of its version'
);
select is(:'answer'::jsonb #>> '{appointment,price}', '75.00', 'a price has two decimals');

select results_eq(
  'select id, starts_at, ends_at from schnittwerk_core.appointments',
  format(
    $$values (uuid %L, timestamptz '2026-12-02 10:00+01', timestamptz '2026-12-02 11:00+01')$$,
    :'appointment'),
  'the appointment is stored with its start and end'
);
select results_eq(
  'select claim_id, resource_id, during, expires_at from schnittwerk_core.occupancy',
  format(
    $$values (
      uuid %L, uuid %L, '[2026-12-02 10:00+01, 2026-12-02 11:15+01)'::tstzrange, null::timestamptz
    )$$, :'appointment', :'anna'),
  'the appointment claims its time and buffer'
);
select results_eq(
  $$
    select id, operation_type, idempotency_key, caller, status, code, error_message, response,
      appointment_id, starts_at, override_reason, correlation_id, replay_count
    from schnittwerk_core.booking_operations
  $$,
  format(
    $$values (
      %1$L::uuid, 'create', '1', 'service', 'completed', null::text, null::text, %2$L::jsonb,
      %3$L::uuid, timestamptz '2026-12-02 10:00+01', null::text, %4$L, 0
    )$$,
    :'answer'::jsonb ->> 'operation_id', :'answer', :'appointment',
    :'answer'::jsonb ->> 'correlation_id'),
  'the operation is recorded with its answer'
);
select ok(
  o.created_at > now() - interval '1 hour' and o.updated_at >= o.created_at
  and o.updated_at <= clock_timestamp(),
  'the operation''s times are wall clock'
)
from schnittwerk_core.booking_operations o;

select set_config('request.headers', '{"x-correlation-id": "trace-7"}', true) \g /dev/null
select is(
  schnittwerk.create_booking('2', :'dora', :'color', '2026-12-02 13:00+01', :'anna')
    ->> 'correlation_id',
  'trace-7', 'the answer has the correlation id of the request''s header'
);
select schnittwerk.set_policy('auto_confirm', 'true') \g /dev/null
select is(
  schnittwerk.create_booking('3', :'dora', :'color', '2026-12-03 13:00+01', :'anna')
    #>> '{appointment,status}',
  'confirmed', 'the policy auto_confirm confirms at once'
);

select * from finish();
rollback;
