-- An appointment that overlaps another of the same customer is refused, whoever performs it.
begin;
select plan(16);
\ir ../fixture.psql

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')
  #>> '{appointment,id}' as id \gset

-- Books a haircut with Ben and undoes it; the refusal's code, or 'booked'.
create function pg_temp.tried(
  p_service_id uuid, p_staff_id uuid, p_customer_id uuid, p_starts_at timestamptz,
  p_override_reason text default null
)
returns text
language plpgsql
as $$
begin
  raise exception using errcode = 'UNDO1', message = coalesce(schnittwerk.create_booking(
    p_starts_at::text, p_customer_id, p_service_id, p_starts_at, p_staff_id,
    p_override_reason => p_override_reason) ->> 'code', 'booked');
exception when sqlstate 'UNDO1' then
  return sqlerrm;
end
$$;

select is(
  schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-02 10:30+01', :'ben')
    - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 409, "code": "customer_busy",
    "error": "Booking creation failed",
    "details": "The customer has another appointment at this time"
  }', 'an appointment that overlaps another of the customer is refused'
);
select is(
  schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-02 10:30+01', :'ben')
    ->> 'replayed', 'true', 'the refusal is stored under the key'
);
select is(
  pg_temp.tried(:'haircut', :'ben', :'carla', starts_at::timestamptz), code,
  'a start is ' || code || ' that ' || description
)
from (
  values
    ('2026-12-02 09:00+01', 'booked', 'ends when the customer''s appointment begins'),
    ('2026-12-02 09:15+01', 'customer_busy', 'ends within the customer''s appointment'),
    ('2026-12-02 10:45+01', 'customer_busy', 'begins within the customer''s appointment'),
    ('2026-12-02 11:00+01', 'booked', 'begins when the customer''s appointment ends')
) t (starts_at, code, description);
select is(
  pg_temp.tried(:'haircut', null, :'carla', '2026-12-02 10:30+01'), 'customer_busy',
  'no member of staff can be found for a customer who is busy'
);
select is(
  pg_temp.tried(:'haircut', :'anna', :'carla', '2026-12-02 10:30+01'), 'slot_conflict',
  'a taken slot comes before a busy customer'
);
select is(
  pg_temp.tried(:'haircut', :'ben', :'dora', '2026-12-02 10:30+01'), 'booked',
  'another customer is not busy'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.tried(:'haircut', :'ben', :'carla', '2026-12-02 10:30+01', 'with her son'), 'booked',
  'the salon team books a busy customer with a reason'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.tried(:'haircut', :'ben', null, '2026-12-02 10:30+01'), 'customer_busy',
  'customers do not book themselves twice at a time'
);
select pg_temp.become_superuser() \g /dev/null

select schnittwerk.set_policy('prevent_customer_overlap', 'false') \g /dev/null
select is(
  pg_temp.tried(:'haircut', :'ben', :'carla', '2026-12-02 10:30+01'), 'booked',
  'without the policy a customer can be booked twice at a time'
);
select schnittwerk.set_policy('prevent_customer_overlap', 'true') \g /dev/null
update schnittwerk_core.appointments set visit_id = schnittwerk_core.new_id(), visit_item = 1;
select is(
  pg_temp.tried(:'haircut', :'ben', :'carla', '2026-12-02 10:30+01'), 'customer_busy',
  'an item of a visit keeps its customer busy for other bookings'
);
select is(
  (schnittwerk_core.settle_start(
    a.salon_id, a.service_id, array[:'ben'::uuid], a.starts_at, false,
    p_customer_id => a.customer_id, p_visit_id => a.visit_id)).failures,
  '{}', 'items of one visit may overlap'
)
from schnittwerk_core.appointments a;
update schnittwerk_core.appointments set visit_id = null, visit_item = null;
select schnittwerk.cancel_booking('c', :'id') \g /dev/null
select is(
  pg_temp.tried(:'haircut', :'ben', :'carla', '2026-12-02 10:30+01'), 'booked',
  'a cancelled appointment keeps nobody busy'
);
select lives_ok(
  format($$
    insert into schnittwerk_core.appointments
      (salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price)
    select salon_id, %L, id, %L, '2026-12-02 10:00+01', '2026-12-02 11:00+01', 75
    from schnittwerk_core.staff
  $$, :'carla', :'haircut'),
  'direct SQL may book a customer twice at a time'
);

select * from finish();
rollback;
