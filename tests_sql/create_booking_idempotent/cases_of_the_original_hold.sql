-- The unit and race tests that the original system described, against the database.
begin;
select plan(14);
\ir ../fixture.psql

create function pg_temp.slots(p_staff_id uuid, p_service_id uuid, p_date date)
returns setof text
language sql
as $$
  select to_char(s.start_time at time zone 'Europe/Zurich', 'HH24:MI')
  from schnittwerk.rpc_get_available_slots_enhanced(p_staff_id, p_service_id, p_date) s
$$;
-- slot generation; Ben is there every day
select schnittwerk.set_staff_availability(:'ben', (
  select jsonb_agg(jsonb_build_object('day_of_week', d, 'start_time', '08:00', 'end_time', '20:00'))
  from generate_series(0, 6) d
)) \g /dev/null
select is(
  (select min(s) || ' to ' || max(s) from pg_temp.slots(:'ben', :'haircut', '2026-12-02') s),
  '09:00 to 17:00', 'slots are within opening hours'
);
select is_empty(
  format($$select pg_temp.slots(%L, %L, '2026-12-06')$$, :'ben', :'haircut'),
  'a closed day has no slots'
);
select is_empty(
  format($$
    select s from pg_temp.slots(%L, %L, '2026-12-02') s where s > '11:00' and s < '13:00'
  $$, :'anna', :'haircut'),
  'slots are within the availability of the staff'
);
select schnittwerk.add_time_off(:'ben', '2026-12-04') \g /dev/null
select is_empty(
  format($$select pg_temp.slots(%L, %L, '2026-12-04')$$, :'ben', :'haircut'),
  'staff have no slots during time off'
);

-- holidays
select schnittwerk.create_holiday('Christmas Day', '2024-12-25', true, 12, 25),
  schnittwerk.create_holiday('Equipment Maintenance', '2026-12-15', p_type => 'maintenance',
    p_description => 'Salon renovation day') \g /dev/null
select is_empty(
  format($$
    select pg_temp.slots(%1$L, %2$L, '2026-12-25')
    union all select pg_temp.slots(%1$L, %2$L, '2026-12-15')
  $$, :'ben', :'haircut'),
  'a recurring holiday and a maintenance day have no slots'
);
select is(
  schnittwerk.is_holiday('2026-12-25') and schnittwerk.is_holiday('2027-12-25')
  and schnittwerk.is_holiday('2026-12-15') and not schnittwerk.is_holiday('2027-12-15'),
  true, 'is_holiday knows recurring holidays and single maintenance days'
);

-- business rules
select is(
  v.is_valid || coalesce(': ' || v.error_message, ''),
  said, 'validate_appointment_timing answers ' || said
)
from (
  values
    (timestamptz '2026-12-01 09:00+01',
      'false: Appointment must be booked at least 2 hours in advance'),
    ('2027-02-01 10:00+01',
      'false: Appointment cannot be booked more than 30 days in advance'),
    ('2026-12-25 10:00+01',
      'false: Appointments cannot be booked on holidays or blackout dates'),
    ('2026-12-02 17:30+01',
      'false: Appointment time is outside business hours (09:00 - 18:00)')
) t (start, said)
cross join schnittwerk.validate_appointment_timing(start, start + interval '1 hour') v;

-- idempotency, and two for one slot
prepare booked (text, uuid) as
  select r.operation_id, r.appointment_id, r.status, r.error_message
  from schnittwerk.create_booking_idempotent(
    $1, $2, :'ben', :'haircut', '2026-12-02T09:00:00Z', '2026-12-02T10:00:00Z', 75.00) r;
execute booked ('idempotency-key-1', :'carla') \gset first_
execute booked ('idempotency-key-1', :'carla') \gset again_
select is(
  concat_ws(' ', :'again_operation_id', :'again_appointment_id', :'again_status'),
  concat_ws(' ', :'first_operation_id', :'first_appointment_id', 'completed'),
  'a retry gets the same operation and appointment'
);
select is((select count(*) from schnittwerk_core.appointments), 1::bigint,
  'a retry books no second appointment');
execute booked ('idempotency-key-2', :'dora') \gset other_
select is(
  concat_ws(' ', :'other_status', :'other_error_message'),
  'failed Slot not available: Time slot conflicts with another appointment',
  'another key for the same slot is refused'
);

-- buffers between appointments
select is_empty(
  format($$
    select s from pg_temp.slots(%L, %L, '2026-12-02') s where s > '08:45' and s < '11:15'
  $$, :'ben', :'haircut'),
  'neither a booked appointment nor its buffer has slots'
);

select * from finish();
rollback;
