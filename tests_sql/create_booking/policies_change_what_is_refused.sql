begin;
select plan(9);
\ir ../fixture.psql

create function pg_temp.code(
  p_customer_id uuid, p_service_id uuid, p_staff_id uuid, p_start timestamptz
)
returns text
language sql
as $$
  select coalesce(a ->> 'code', 'booked') from schnittwerk.create_booking(
    gen_random_uuid()::text, p_customer_id, p_service_id, p_start, p_staff_id) a
$$;

select schnittwerk.set_policy('minimum_booking_notice_hours', '24') \g /dev/null
select is(
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 07:59+01', :'ben')
    ->> 'details',
  'Appointment must be booked at least 24 hours in advance',
  'minimum_booking_notice_hours refuses a start too soon'
);
select schnittwerk.set_policy('advance_booking_limit_days', '3') \g /dev/null
select is(
  schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-04 10:00+01', :'ben')
    ->> 'details',
  'Appointment cannot be booked more than 3 days in advance',
  'advance_booking_limit_days refuses a start too far ahead'
);
select schnittwerk.set_policy('advance_booking_limit_days', '3', p_is_active => false) \g /dev/null
select is(
  pg_temp.code(:'carla', :'haircut', :'ben', '2026-12-04 10:00+01'), 'booked',
  'an inactive advance_booking_limit_days does not bind'
);

select schnittwerk.set_policy('require_slot_grid', 'true') \g /dev/null
select is(
  schnittwerk.create_booking('3', :'carla', :'haircut', '2026-12-03 10:07+01', :'ben')
    - '{success,operation_id,correlation_id,http_status,replayed,error}'::text[],
  '{"code": "off_grid", "details": "Appointments start every 15 minutes from opening"}',
  'require_slot_grid refuses starts off the grid'
);
select is(
  pg_temp.code(:'carla', :'haircut', :'ben', '2026-12-03 10:15+01'), 'booked',
  'require_slot_grid allows starts on the grid'
);

select schnittwerk.set_policy('double_booking_prevention', 'false') \g /dev/null
select is(
  pg_temp.code(:'carla', :'haircut', :'ben', '2026-12-03 11:15+01'), 'slot_conflict',
  'without double_booking_prevention, earlier bookings keep their buffer'
);
select is(
  pg_temp.code(:'carla', :'haircut', :'ben', '2026-12-03 11:30+01')
    || ' ' || pg_temp.code(:'carla', :'haircut', :'ben', '2026-12-03 12:30+01'),
  'booked booked', 'without double_booking_prevention, new bookings have no buffer'
);
select is(
  (
    select array_agg(a.buffer_after_minutes order by a.starts_at)
    from schnittwerk_core.appointments a where a.starts_at >= '2026-12-03'
      and a.starts_at < '2026-12-04'
  ),
  '{15,0,0}', 'each appointment keeps the buffer it was booked with'
);
select is(
  pg_temp.code(:'carla', :'haircut', :'ben', '2026-12-03 13:00+01'), 'slot_conflict',
  'without double_booking_prevention, appointments cannot overlap'
);

select * from finish();
rollback;
