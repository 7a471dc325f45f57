-- Every code of hold_slot.
begin;
select plan(30);
\ir ../fixture.psql
\ir ../clock.psql

create function pg_temp.held(
  p_service_id uuid, p_starts_at timestamptz, p_staff_id uuid default null,
  p_customer_id uuid default null
)
returns text
language sql
as $$
  select coalesce(pg_temp.refusal(schnittwerk.hold_slot(
    gen_random_uuid()::text, p_service_id, p_starts_at, p_staff_id, p_customer_id)), 'held')
$$;

select is(
  pg_temp.who_may(format(
    'select schnittwerk.hold_slot(%L, %L, %L, p_customer_id => %L) as answer', '1', :'haircut',
    '2026-12-02 10:00+01', customer)),
  callers, description
)
from (
  values
    (:'carla', 'customer staff receptionist admin service',
      'customers hold for themselves, and the salon team for any customer'),
    (:'dora', 'customer(not_found) staff receptionist admin service',
      'customers hold for nobody else'),
    (null, 'customer staff receptionist admin service',
      'customers hold for themselves without saying so, the salon team for nobody yet')
) t (customer, callers, description);
select is(
  pg_temp.refusal(schnittwerk.hold_slot('', null, null)),
  '400 invalid_input: p_idempotency_key, p_service_id, p_starts_at',
  'all faults of a hold are told at once'
);
select is(pg_temp.held(service, starts_at::timestamptz, staff, customer), refused, description)
from (
  values
    (:'haircut'::uuid, '2026-12-02 10:00:30+01', null::uuid, null::uuid,
      '400 invalid_input: p_starts_at', 'a hold starts at a whole minute'),
    (:'anna', '2026-12-02 10:00+01', null, null, '404 not_found',
      'an unknown service is not held'),
    (:'haircut', '2026-12-02 10:00+01', :'haircut', null, '404 not_found',
      'a slot of unknown staff is not held'),
    (:'haircut', '2026-12-02 10:00+01', null, :'anna', '404 not_found',
      'no slot is held for an unknown customer'),
    (:'color', '2026-12-02 10:00+01', :'ben', null, '400 service_not_offered',
      'a service that the staff do not perform is not held'),
    (:'haircut', '2026-12-01 09:15+01', :'ben', null, '400 notice_too_short',
      'a hold keeps the notice'),
    (:'haircut', '2027-01-08 10:00+01', :'ben', null, '400 too_far_ahead',
      'a hold keeps the horizon'),
    (:'haircut', '2026-12-06 10:00+01', :'ben', null, '400 business_closed',
      'a hold keeps the days of opening'),
    (:'haircut', '2026-12-02 08:15+01', :'ben', null, '400 outside_business_hours',
      'a hold keeps the hours of opening'),
    (:'haircut', '2026-12-02 12:15+01', :'anna', null, '400 staff_unavailable',
      'a hold keeps the breaks of the staff')
) t (service, starts_at, staff, customer, refused, description);

select schnittwerk.create_holiday('Feast', '2026-12-08') \g /dev/null
select is(
  pg_temp.held(:'haircut', '2026-12-08 10:00+01'), '400 holiday', 'no slot is held on a holiday'
);
select schnittwerk.set_policy('require_slot_grid', 'true') \g /dev/null
select is(
  pg_temp.held(:'haircut', '2026-12-02 10:05+01'), '400 off_grid',
  'a hold keeps to the grid where bookings must'
);
select schnittwerk.set_policy('require_slot_grid', 'false') \g /dev/null

-- the customer's other bookings, and their limits
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')
  #>> '{appointment,id}' as booked \gset
select is(
  pg_temp.held(:'haircut', '2026-12-02 10:30+01', :'ben', :'carla'), '409 customer_busy',
  'no slot is held for a customer who is busy then'
);
select is(
  pg_temp.held(:'haircut', '2026-12-02 10:30+01', :'ben'), 'held',
  'a slot for nobody yet asks for no customer''s time'
);
select is(
  pg_temp.held(:'haircut', '2026-12-02 10:15+01', :'ben'), '409 slot_conflict',
  'a slot is held once'
);
select schnittwerk.set_policy('max_open_bookings_per_customer', '2') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.held(:'haircut', '2026-12-03 10:00+01'), 'held',
  'a hold may be the last booking that the limit allows'
);
select is(
  pg_temp.held(:'haircut', '2026-12-03 11:30+01'), 'held',
  'the hold that a new one replaces does not count for the limit'
);
select is(
  schnittwerk.create_booking('2', null, :'haircut', '2026-12-04 10:00+01') ->> 'code',
  'booking_limit_reached', 'a hold counts as a booking'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.set_policy('max_open_bookings_per_customer', '1') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.held(:'haircut', '2026-12-04 10:00+01'), '400 booking_limit_reached',
  'no slot is held beyond the limit of bookings'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.set_policy('max_open_bookings_per_customer', '0'),
  schnittwerk.set_policy('max_bookings_per_customer_and_day', '1') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.create_booking('3', null, :'haircut', '2026-12-03 15:00+01') ->> 'code',
  'booking_limit_reached', 'a hold counts for the limit of its day'
);
select is(
  pg_temp.held(:'haircut', '2026-12-03 15:00+01'), 'held',
  'a hold of the same day takes the place of the one that counts'
);
select pg_temp.become_superuser() \g /dev/null
select pg_temp.now_is('2026-12-01 08:10+01') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.create_booking('4', null, :'haircut', '2026-12-03 10:00+01') ->> 'success',
  'true', 'a lapsed hold counts for no limit'
);
select is(
  schnittwerk.hold_slot('n', :'haircut', '2026-12-06 10:00+01')
    - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 400, "code": "business_closed",
    "error": "Slot hold failed", "details": "Business is closed on this day"
  }', 'a refusal says that the hold failed'
);
select is(
  schnittwerk.hold_slot('n', :'haircut', '2026-12-06 10:00+01') ->> 'replayed', 'true',
  'the refusal of a hold is stored under its key'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  (select array_agg(distinct o.code || ' ' || o.status) from schnittwerk_core.booking_operations o
    where o.operation_type = 'hold_slot' and o.idempotency_key = 'n'),
  '{business_closed failed}', 'a refused hold is an operation that failed'
);
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select is(
  schnittwerk.hold_slot('o', :'haircut', '2026-12-04 10:00+01') ->> 'code', 'salon_required',
  'with two salons, a hold names the salon'
);

select * from finish();
rollback;
