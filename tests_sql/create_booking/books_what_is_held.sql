begin;
select plan(28);
\ir ../fixture.psql
\ir ../clock.psql

create function pg_temp.book(
  p_hold_id uuid, p_customer_id uuid, p_service_id uuid,
  p_starts_at timestamptz default '2026-12-02 10:00+01', p_staff_id uuid default null,
  p_price numeric default null
)
returns text
language plpgsql
as $$
begin
  raise exception using errcode = 'UNDO1', message = coalesce(
    pg_temp.refusal(schnittwerk.create_booking(
      gen_random_uuid()::text, p_customer_id, p_service_id, p_starts_at, p_staff_id,
      p_expected_price => p_price, p_hold_id => p_hold_id)), 'booked');
exception when sqlstate 'UNDO1' then
  return sqlerrm;
end
$$;
create function pg_temp.hold(
  p_service_id uuid, p_starts_at timestamptz, p_staff_id uuid, p_customer_id uuid default null
)
returns uuid
language sql
as $$
  select (schnittwerk.hold_slot(
    gen_random_uuid()::text, p_service_id, p_starts_at, p_staff_id, p_customer_id)
    #>> '{hold,id}')::uuid
$$;

select pg_temp.hold(:'haircut', '2026-12-02 10:00+01', :'anna', :'carla') as hold,
  pg_temp.hold(:'haircut', '2026-12-03 10:00+01', :'anna') as nobodys \gset
select is(
  pg_temp.book(hold::uuid, customer::uuid, service::uuid, starts_at::timestamptz, staff::uuid),
  answer, description
)
from (
  values
    (:'hold', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna', 'booked',
      'a customer is booked with their hold'),
    (:'hold', :'carla', :'haircut', '2026-12-02 10:00+01', null, 'booked',
      'without staff those of the hold are booked'),
    (:'nobodys', :'dora', :'haircut', '2026-12-03 10:00+01', null, 'booked',
      'the salon team books anybody with a hold for nobody yet'),
    (:'hold', :'carla', :'color', '2026-12-02 10:00+01', null, '400 invalid_input: p_service_id',
      'another service than held is refused'),
    (:'hold', :'carla', :'haircut', '2026-12-02 10:15+01', null, '400 invalid_input: p_starts_at',
      'another start than held is refused'),
    (:'hold', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben',
      '400 invalid_input: p_staff_id', 'other staff than held are refused'),
    (:'hold', :'carla', :'color', '2026-12-02 10:15+01', :'ben',
      '400 invalid_input: p_service_id, p_starts_at, p_staff_id',
      'all that differs from the hold is told at once'),
    (:'hold', :'dora', :'haircut', '2026-12-02 10:00+01', null, '404 not_found',
      'the hold of another customer is unknown'),
    (:'anna', :'carla', :'haircut', '2026-12-02 10:00+01', null, '404 not_found',
      'an unknown hold is not found')
) t (hold, customer, service, starts_at, staff, answer, description);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.book(:'hold', null, :'haircut'), 'booked', 'customers book with their own hold'
);
select is(
  pg_temp.book(:'nobodys', null, :'haircut', '2026-12-03 10:00+01'), '404 not_found',
  'customers do not book with a hold for nobody yet'
);
select pg_temp.become_superuser() \g /dev/null

-- its price, and what is judged now
select schnittwerk.save_service('Haircut', 60, 90, p_id => :'haircut') \g /dev/null
select is(
  pg_temp.book(:'hold', :'carla', :'haircut', p_price => price), answer,
  'with a hold a price of ' || price || ' is ' || answer
)
from (values (75, 'booked'), (90, '409 price_mismatch')) t (price, answer);
select is(
  schnittwerk.create_booking(
    'p', :'carla', :'haircut', '2026-12-02 10:00+01', p_expected_price => 90, p_hold_id => :'hold')
    ->> 'details', 'The price is 75.00', 'the price of the hold is told'
);

create function pg_temp.after_change(p_change text, p_hold_id uuid, p_customer_id uuid, p_service_id uuid)
returns text
language plpgsql
as $$
declare
  v_answer text;
begin
  execute p_change;
  v_answer := pg_temp.book(p_hold_id, p_customer_id, p_service_id);
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return v_answer;
end
$$;
select is(
  pg_temp.after_change(
    format('select schnittwerk.' || change, :'anna', :'haircut', :'carla', :'ben'),
    :'hold', :'carla', :'haircut'),
  answer, 'a hold is ' || answer || ' after ' || split_part(change, '(', 1)
    || coalesce(' of ' || substring(change from 'policy\(''([a-z_]+)'), '')
)
from (
  values
    ('set_staff_services(%L, ''[]'')', '400 service_not_offered'),
    ('save_staff(''Anna'', p_is_active => false, p_id => %L)', '400 service_not_offered'),
    ('create_holiday(''Feast'', ''2026-12-02'')', '400 holiday'),
    ('set_special_hours(''2026-12-02'', ''[]'')', '400 business_closed'),
    ('add_time_off(%L, ''2026-12-02'')', '400 staff_unavailable'),
    ('set_policy(''minimum_booking_notice_hours'', ''48'')', 'booked'),
    ('set_policy(''advance_booking_limit_days'', ''1'')', 'booked'),
    ('create_booking(''busy'', %3$L, %2$L, ''2026-12-02 10:30+01'', %4$L)', '409 customer_busy')
) t (change, answer);

-- limits do not count the hold that is used
select schnittwerk.set_policy('max_open_bookings_per_customer', '1') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.book(:'hold', null, :'haircut'), 'booked', 'the hold that is used does not count for limits'
);
select schnittwerk.create_booking('b', null, :'haircut', '2026-12-02 10:00+01', p_hold_id => :'hold')
  as answer \gset
select pg_temp.become_superuser() \g /dev/null
select results_eq(
  format($$select h.status, h.appointment_id, (
      select array_agg(o.claim_id) from schnittwerk_core.occupancy o
      where o.resource_id = h.staff_id and o.starts_at = h.starts_at)
    from schnittwerk_core.hold h where h.id = %L$$, :'hold'),
  format('values (%L, %L::uuid, array[%2$L::uuid])', 'used', :'answer'::jsonb #>> '{appointment,id}'),
  'a used hold gives its time to the appointment'
);
select is(
  :'answer'::jsonb #>> '{appointment,price}', '75.00', 'the appointment has the price of the hold'
);
select is(
  schnittwerk.create_booking(
    'again', :'carla', :'haircut', '2026-12-02 10:00+01', p_hold_id => :'hold')
    - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 409, "code": "hold_expired",
    "error": "Booking creation failed", "details": "The slot is no longer held"
  }', 'a hold is used once'
);
select pg_temp.now_is('2026-12-01 08:10+01') \g /dev/null
select is(
  pg_temp.book(:'nobodys', :'dora', :'haircut', '2026-12-03 10:00+01'), '409 hold_expired',
  'a lapsed hold books nothing'
);
select pg_temp.hold(:'haircut', '2026-12-04 10:00+01', :'anna', :'dora') as hold \gset
select schnittwerk.release_hold('r', :'hold') \g /dev/null
select is(
  pg_temp.book(:'hold', :'dora', :'haircut', '2026-12-04 10:00+01'), '409 hold_expired',
  'a released hold books nothing'
);

select * from finish();
rollback;
