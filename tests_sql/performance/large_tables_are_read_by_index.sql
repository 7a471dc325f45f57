-- Each statement is run against a large book, and what it read is taken from the server's counters:
-- the plans that the functions use, not those of copies of their queries.
begin;
select plan(27);
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
  'the listed tables are large in this book'
);
select is(
  pg_temp.reading(
    format(statement, :'haircut', :'ben', :'carla', :'salon'), expected_index, most_rows),
  expected_index, expected_index || ' serves ' || description
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
    (4, 'the claims of an explained slot',
      'select schnittwerk.explain_slot(%1$L, %2$L, ''2026-12-03 10:00+01'')',
      'occupancy_by_end', 30),
    (5, 'the holidays of a computed week',
      'select schnittwerk_core.compute_salon_week(%4$L, ''2026-11-30'')',
      'holidays_by_date', 60),
    (6, 'the recurring holidays of a computed week',
      'select schnittwerk_core.compute_salon_week(%4$L, ''2026-11-30'')',
      'holidays_by_recurring_day', 60),
    (7, 'the time off of a computed week',
      'select schnittwerk_core.compute_staff_week(
        schnittwerk_core.compute_salon_week(%4$L, ''2026-11-30''), %2$L)',
      'staff_timeoff_by_staff', 100),
    (8, 'the lookup of a holiday',
      'select schnittwerk.is_holiday(''2026-12-25'')', 'holidays_by_date', 30),
    (9, 'the claims of a booking',
      'select schnittwerk.create_booking(''1'', %3$L, %1$L, ''2026-12-26 10:00+01'', %2$L)',
      'no_overlapping_appointments', 50),
    (10, 'a refused booking',
      'select schnittwerk.create_booking(''2'', %3$L, %1$L, ''2026-12-26 10:00+01'', %2$L)',
      'occupancy_by_end', 50),
    (11, 'a booking with the least busy staff',
      'select schnittwerk.create_booking(''3'', %3$L, %1$L, ''2026-12-26 12:00+01'')',
      'appointments_by_staff', 500),
    (12, 'the retry of a booking',
      'select schnittwerk.create_booking(''3'', %3$L, %1$L, ''2026-12-26 12:00+01'')',
      'unique_idempotency_key', 10),
    (13, 'the lookup of an operation',
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
    (17, 'the slots of rpc_get_available_slots_enhanced',
      'select schnittwerk.rpc_get_available_slots_enhanced(%2$L, %1$L, ''2026-12-03'')',
      'occupancy_by_end', 400),
    (18, 'a slot of rpc_validate_appointment_slot',
      'select schnittwerk.rpc_validate_appointment_slot(%2$L, %1$L, ''2026-12-03 10:00+01'')',
      'occupancy_by_end', 50),
    (19, 'the claim of a cancellation',
      'update schnittwerk_core.appointments set status = ''cancelled''
      where salon_id = %4$L and staff_id = %2$L and starts_at = ''2026-12-26 10:00+01''',
      'occupancy_pkey', 20),
    (20, 'the free time around recommended slots',
      'select schnittwerk.recommend_slots(%1$L, ''2026-12-01'', ''2026-12-28'')',
      'occupancy_by_end', 24000),
    (21, 'the habits of a customer',
      'select schnittwerk.recommend_slots(%1$L, ''2026-12-03'', null, %2$L, %3$L)',
      'appointments_by_customer', 200),
    (22, 'the customers whose id begins so',
      'select schnittwerk.find_ids(left(%3$L, 13))', 'customers_pkey', 100),
    (23, 'the appointments whose id begins so',
      'select schnittwerk.find_ids(left(%3$L, 4), ''appointment'')', 'appointments_pkey', 100),
    (24, 'the claims of everybody''s day',
      'select schnittwerk.list_day(''2026-12-03'')', 'occupancy_by_end', 3000),
    (25, 'the gaps of everybody''s day',
      'select schnittwerk.list_day(''2026-12-03'')', 'appointments_by_staff', 3000),
    (26, 'the utilisation of a week',
      'select schnittwerk.utilisation(''2026-12-01'', ''2026-12-07'')',
      'appointments_by_start', 8000)
) t (n, description, statement, expected_index, most_rows)
order by n;

select * from finish();
rollback;
