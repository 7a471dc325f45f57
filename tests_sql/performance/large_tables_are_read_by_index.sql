-- Each statement is run against a large book, and what it read is taken from the server's counters:
-- the plans that the functions use, not those of copies of their queries.
begin;
select plan(20);
\ir ../fixture.psql

-- Twenty staff with 49,000 appointments from January to December, claims for the last 60 days, and
-- other salons' calendars; past triggers and references, for speed.
set local session_replication_role = replica;
insert into schnittwerk_core.staff (salon_id, full_name)
select :'salon', 'Staff ' || n from generate_series(3, 20) n;
insert into schnittwerk_core.resource (salon_id, id, kind)
select m.salon_id, m.id, m.kind from schnittwerk_core.staff m on conflict do nothing;
insert into schnittwerk_core.staff_services (salon_id, service_id, staff_id)
select m.salon_id, :'haircut', m.id from schnittwerk_core.staff m on conflict do nothing;
insert into schnittwerk_core.staff_availability
  (salon_id, staff_id, day_of_week, start_time, end_time)
select m.salon_id, m.id, d, '08:00', '20:00'
from schnittwerk_core.staff m, generate_series(1, 6) d on conflict do nothing;
insert into schnittwerk_core.customers (salon_id, full_name)
select :'salon', 'Customer ' || n from generate_series(1, 6000) n;

insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, status, price,
  buffer_before_minutes, buffer_after_minutes, cancellation_deadline_hours,
  reschedule_deadline_hours, max_reschedules
)
select
  :'salon', c.id, m.id, :'haircut', s.starts_at, s.starts_at + interval '45 minutes', 'confirmed',
  75, 0, 15, 24, 2, 3
from (select id, row_number() over () as n from schnittwerk_core.staff) m
cross join generate_series(0, 349) d (n)
cross join unnest('{9, 11, 13, 14, 15, 16, 17}'::int[]) h (hour)
join (select id, row_number() over () as n from schnittwerk_core.customers) c
  on c.n = 1 + (m.n * 311 + d.n * 17 + h.hour) % 6000
cross join lateral (
  select (date '2026-01-10' + d.n)::timestamp at time zone 'Europe/Zurich'
    + make_interval(hours => h.hour) as starts_at
) s;
insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during)
select a.salon_id, a.id, a.staff_id, tstzrange(a.starts_at, a.ends_at + interval '15 minutes')
from schnittwerk_core.appointments a
where a.starts_at > '2026-10-25';
insert into schnittwerk_core.booking_operations (
  salon_id, operation_type, idempotency_key, caller, request_fingerprint, status, response,
  appointment_id, starts_at, correlation_id
)
select a.salon_id, 'create', a.id::text, 'service', '', 'completed', '{}', a.id, a.starts_at, ''
from schnittwerk_core.appointments a;
insert into schnittwerk_core.staff_timeoff (salon_id, staff_id, start_date, end_date)
select :'salon', m.id, date '2000-01-01' + n, date '2000-01-01' + n
from schnittwerk_core.staff m, generate_series(1, 500) n;

create temporary table other_salon as
select gen_random_uuid() as id from generate_series(1, 1000);
insert into schnittwerk_core.opening_hours (salon_id, day_of_week, start_time, end_time)
select s.id, d, '09:00', '18:00' from other_salon s, generate_series(0, 6) d;
insert into schnittwerk_core.special_hours (salon_id, date)
select s.id, date '2026-12-01' + d from other_salon s, generate_series(1, 10) d;
insert into schnittwerk_core.holidays
  (salon_id, name, date, is_recurring, recurring_month, recurring_day)
select s.id, 'Christmas', '2020-12-25', true, 12, 25 from other_salon s
union all
select s.id, 'Closed', date '2026-12-01' + d, false, null, null
from other_salon s, generate_series(1, 9) d;
insert into schnittwerk_core.staff_availability
  (salon_id, staff_id, day_of_week, start_time, end_time)
select s.id, s.id, d, '09:00', '18:00' from other_salon s, generate_series(0, 6) d;
set local session_replication_role = origin;
select schnittwerk_core.keep_weeks(:'salon') \g /dev/null
analyze;

-- What has over 5,000 rows here.
create temporary table large as
select c.oid, c.relname from pg_class c
where c.relnamespace = 'schnittwerk_core'::regnamespace and c.relkind = 'r'
  and c.reltuples > 5000;

-- How often each index of the large tables was scanned in this transaction, and how often a whole
-- table; and how many rows were read.
create function pg_temp.scans()
returns table (name text, scans bigint, read_rows bigint)
language sql
as $$
  select 'all of ' || t.relname, pg_stat_get_xact_numscans(t.oid),
    pg_stat_get_xact_tuples_returned(t.oid) + pg_stat_get_xact_tuples_fetched(t.oid)
  from large t
  union all
  select i.relname, pg_stat_get_xact_numscans(i.oid), pg_stat_get_xact_tuples_fetched(i.oid)
  from large t
  join pg_index x on x.indrelid = t.oid
  join pg_class i on i.oid = x.indexrelid
$$;

-- Runs a statement and says how it read the large tables: the index expected of it, or else what
-- is wrong.
create function pg_temp.reading(p_statement text, p_index text, p_most_rows int)
returns text
language plpgsql
as $$
declare
  v_wholes text[];
  v_indexes text[];
  v_rows bigint;
begin
  create temporary table before on commit drop as select * from pg_temp.scans();
  execute p_statement;
  select
    array_agg(s.name) filter (where s.scans > b.scans and starts_with(s.name, 'all of ')),
    array_agg(s.name) filter (where s.scans > b.scans),
    sum(s.read_rows - b.read_rows)
  into v_wholes, v_indexes, v_rows
  from pg_temp.scans() s
  join before b on b.name = s.name;
  drop table before;
  return case
    when v_wholes is not null then v_wholes::text
    when p_index = any (v_indexes) and v_rows <= p_most_rows then p_index
    else format('%s, %s rows', v_indexes, v_rows)
  end;
end
$$;

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
      'no_overlapping_appointments', 30),
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
      'no_overlapping_appointments', 50),
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
      'no_overlapping_appointments', 50),
    (19, 'a cancellation''s claim',
      'update schnittwerk_core.appointments set status = ''cancelled''
      where salon_id = %4$L and staff_id = %2$L and starts_at = ''2026-12-26 10:00+01''',
      'occupancy_pkey', 20)
) t (n, description, statement, expected_index, most_rows)
order by n;

select * from finish();
rollback;
