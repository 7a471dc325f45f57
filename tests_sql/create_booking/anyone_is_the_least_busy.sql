begin;
select plan(10);
\ir ../fixture.psql
-- Whose appointments they are makes no difference here.
select schnittwerk.set_policy('prevent_customer_overlap', 'false') \g /dev/null

-- Books with anyone and tells who it is, or the refusal's code.
create function pg_temp.booked_with(p_customer_id uuid, p_service_id uuid, p_start timestamptz)
returns text
language sql
as $$
  select coalesce(a ->> 'code', a #>> '{appointment,staff_id}')
  from schnittwerk.create_booking(gen_random_uuid()::text, p_customer_id, p_service_id, p_start) a
$$;

select is(
  pg_temp.booked_with(:'carla', :'haircut', '2026-12-02 09:00+01'), least(:'anna', :'ben'),
  'with nobody booked, the first staff by id is chosen'
);
select is(
  pg_temp.booked_with(:'carla', :'haircut', '2026-12-02 14:00+01'), greatest(:'anna', :'ben'),
  'staff with fewer minutes booked that day are chosen'
);
select is(
  pg_temp.booked_with(:'carla', :'haircut', '2026-12-02 16:00+01'), least(:'anna', :'ben'),
  'with equal minutes booked, the first staff by id is chosen'
);
select is(
  pg_temp.booked_with(:'carla', :'haircut', '2026-12-03 09:00+01'), least(:'anna', :'ben'),
  'minutes booked on other days do not count'
);
select is(
  pg_temp.booked_with(:'carla', :'haircut', '2026-12-03 09:00+01'), greatest(:'anna', :'ben'),
  'staff who are booked at that time are not chosen'
);
select is(
  pg_temp.booked_with(:'carla', :'haircut', '2026-12-03 09:00+01'), 'slot_conflict',
  'with all staff booked the answer is slot_conflict'
);
select is(
  pg_temp.booked_with(:'carla', :'haircut', '2026-12-03 12:00+01'), :'ben',
  'staff on a break are not chosen'
);

-- Minutes count as booked, without buffers, and only where the appointment stands.
delete from schnittwerk_core.appointments;
select schnittwerk.save_service('Fringe', 30, 20) #>> '{service,id}' as fringe \gset
select
  schnittwerk.set_staff_services(:'anna', jsonb_build_array(
    jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'fringe'))),
  schnittwerk.set_staff_services(:'ben', jsonb_build_array(jsonb_build_object(
    'service_id', :'haircut', 'estimated_duration_minutes', 61, 'custom_price', 80))),
  schnittwerk.create_booking('1', :'dora', :'fringe', '2026-12-02 09:00+01', :'anna'),
  schnittwerk.create_booking('2', :'dora', :'fringe', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 09:00+01', :'ben') \g /dev/null
select is(
  pg_temp.booked_with(:'carla', :'haircut', '2026-12-02 16:00+01'), :'anna',
  'two bookings of 30 minutes count less than one of 61'
);
update schnittwerk_core.appointments set status = 'cancelled' where staff_id = :'anna';
select is(
  pg_temp.booked_with(:'carla', :'haircut', '2026-12-02 14:30+01'), :'anna',
  'the minutes of cancelled appointments do not count'
);
select is(
  schnittwerk.create_booking(
    '4', :'carla', :'haircut', '2026-12-09 10:00+01', p_expected_price => price
  ) #>> '{appointment,price}',
  price::text, 'staff whose price is the expected one are chosen'
)
from unnest('{80.00}'::numeric[]) price;

select * from finish();
rollback;
