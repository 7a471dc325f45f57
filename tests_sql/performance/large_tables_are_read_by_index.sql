-- Each statement is run against a large book, and what it read is taken from the server's counters:
-- the plans that the functions use, not those of copies of their queries.
begin;
select plan(20);
\ir ../fixture.psql

\ir large_book.psql
select schnittwerk_core.keep_weeks(:'salon') \g /dev/null
analyze;

-- What has over 5,000 rows here.
create temporary table large as
select c.oid, c.relname from pg_class c
where c.relnamespace = 'schnittwerk_core'::regnamespace and c.relkind = 'r'
  and c.reltuples > 5000;

\ir reading.psql

select set_eq(
  'select relname from large',
  '{appointments, booking_operations, occupancy, customers, staff_timeoff, opening_hours,
    special_hours, holidays, staff_availability}'::name[],
  'these tables are large'
);
select is(
  pg_temp.reading(
    format(statement, :'haircut', :'ben', :'carla', :'salon'), expected_index, most_rows),
  expected_index, description
)
from (
  values
    (1, 'the slots of a day',
      'select schnittwerk.find_slots(%1$L, ''2026-12-03'', p_staff_id => %2$L)',
      'occupancy_by_end', 60),
    (2, 'everybody''s slots of four weeks',
      'select schnittwerk.find_slots(%1$L, ''2026-12-01'', ''2026-12-28'')',
      'occupancy_by_end', 8000),
    (3, 'the first free slot of anyone',
      'select schnittwerk.find_slots(%1$L, ''2026-12-02'', ''2026-12-28'', p_limit => 1)',
      'occupancy_by_end', 2000),
    (4, 'a slot explained: claims',
      'select schnittwerk.explain_slot(%1$L, %2$L, ''2026-12-03 10:00+01'')',
      'occupancy_by_end', 30),
    (5, 'a week computed: holidays',
      'select schnittwerk_core.compute_salon_week(%4$L, ''2026-11-30'')',
      'holidays_by_date', 60),
    (6, 'a week computed: recurring holidays',
      'select schnittwerk_core.compute_salon_week(%4$L, ''2026-11-30'')',
      'holidays_by_recurring_day', 60),
    (7, 'a week computed: time off',
      'select schnittwerk_core.compute_staff_week(
        schnittwerk_core.compute_salon_week(%4$L, ''2026-11-30''), %2$L)',
      'staff_timeoff_by_staff', 100),
    (8, 'a holiday looked up',
      'select schnittwerk.is_holiday(''2026-12-25'')', 'holidays_by_date', 30),
    (9, 'a booking: claims',
      'select schnittwerk.create_booking(''1'', %3$L, %1$L, ''2026-12-26 10:00+01'', %2$L)',
      'no_overlapping_appointments', 50),
    (10, 'a booking refused',
      'select schnittwerk.create_booking(''2'', %3$L, %1$L, ''2026-12-26 10:00+01'', %2$L)',
      'occupancy_by_end', 50),
    (11, 'a booking with the least busy',
      'select schnittwerk.create_booking(''3'', %3$L, %1$L, ''2026-12-26 12:00+01'')',
      'appointments_by_staff', 500),
    (12, 'a retry',
      'select schnittwerk.create_booking(''3'', %3$L, %1$L, ''2026-12-26 12:00+01'')',
      'unique_idempotency_key', 10),
    (13, 'an operation looked up',
      'select schnittwerk.get_operation(''3'', ''create'')', 'unique_idempotency_key', 10),
    (14, 'the appointments of a day',
      'select schnittwerk.list_appointments(''2026-12-03'', ''2026-12-04'')',
      'appointments_by_start', 600),
    (15, 'the appointments of a member of staff',
      'select schnittwerk.list_appointments(''2026-12-03'', ''2026-12-04'', %2$L)',
      'appointments_by_staff', 50),
    (16, 'the appointments of a customer',
      'select schnittwerk.list_appointments(''2026-06-01'', ''2026-12-31'', null, %3$L)',
      'appointments_by_customer', 50),
    (17, 'slots as the original lists them',
      'select schnittwerk.rpc_get_available_slots_enhanced(%2$L, %1$L, ''2026-12-03'')',
      'occupancy_by_end', 400),
    (18, 'a slot as the original validates it',
      'select schnittwerk.rpc_validate_appointment_slot(%2$L, %1$L, ''2026-12-03 10:00+01'')',
      'occupancy_by_end', 50),
    (19, 'a cancellation''s claim',
      'update schnittwerk_core.appointments set status = ''cancelled''
      where salon_id = %4$L and staff_id = %2$L and starts_at = ''2026-12-26 10:00+01''',
      'occupancy_pkey', 20)
) t (n, description, statement, expected_index, most_rows)
order by n;

select * from finish();
rollback;
