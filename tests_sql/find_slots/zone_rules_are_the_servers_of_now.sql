-- Weeks that were kept by other rules for the salon's time zone: as after an update of the server's
-- zone files. Havana has New York's offsets but changes its clocks two hours earlier (in UTC) on
-- the same days, Tokyo has others all year.
begin;
select plan(13);
\ir ../fixture.psql
\ir ../clock.psql

-- What follows from another zone's rules is kept under the salon's own zone.
create function pg_temp.keep_by_rules_of(p_time_zone text, p_real_time_zone text)
returns void
language plpgsql
as $$
begin
  update schnittwerk_core.salon set time_zone = p_time_zone;
  set constraints all immediate;
  set constraints all deferred;
  alter table schnittwerk_core.salon disable trigger user;
  update schnittwerk_core.salon set time_zone = p_real_time_zone;
  alter table schnittwerk_core.salon enable trigger user;
  update schnittwerk_core.salon_zone set time_zone = p_real_time_zone;
end
$$;
create function pg_temp.starts(p_service_id uuid, p_date date)
returns table (starts_at timestamptz, staff_id uuid)
language sql
as $$
  select f.starts_at, f.staff_id from schnittwerk.find_slots(p_service_id, p_date) f
$$;
create function pg_temp.failures(p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz)
returns text
language sql
as $$
  select string_agg(e.code, ' ') from schnittwerk.explain_slot(p_service_id, p_staff_id, p_starts_at) e
$$;

create temp table expected as select * from pg_temp.starts(:'haircut', '2026-12-03');
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 16:00+01', :'ben')
  #>> '{appointment,id}' as afternoon \gset
select schnittwerk.cancel_booking('2', :'afternoon') \g /dev/null
select pg_temp.keep_by_rules_of('Asia/Tokyo', 'Europe/Zurich') \g /dev/null
select set_eq(
  format('select * from pg_temp.starts(%L, ''2026-12-03'')', :'haircut'),
  'select * from expected', 'slots follow the current rules of the time zone');
select is(
  pg_temp.failures(:'haircut', :'ben', '2026-12-03 10:00+09'),
  'outside_business_hours staff_unavailable',
  'explain_slot judges by the current rules of the time zone');
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '3', :'carla', :'haircut', '2026-12-03 10:00+09', :'ben')),
  '400 outside_business_hours', 'a start open only by outdated zone rules cannot be booked');
select is(
  schnittwerk.create_booking('4', :'carla', :'haircut', '2026-12-03 16:00+01', :'ben')
    -> 'success', 'true', 'a start open by the current zone rules can be booked');
select is(
  (select v.is_valid from schnittwerk.validate_appointment_timing(
    '2026-12-03 16:00+01', '2026-12-03 17:00+01') v), true,
  'a start open by the current zone rules is valid');

select schnittwerk.maintain(:'salon') as answer \gset
select is(
  :'answer'::jsonb -> 'affected_appointments', '[]',
  'upkeep reports no appointment in open time by the current zone rules');
select is(
  (select bool_and(schnittwerk_core.clocks_agree('Europe/Zurich', k.offset_bounds, k.clocks))
   from schnittwerk_core.salon_week k), true, 'upkeep keeps the weeks by the current zone rules');

-- The clocks go forward on Sunday 14 March 2027: at 2:00 in New York, at 0:00 in Havana.
insert into schnittwerk_core.opening_hours (salon_id, day_of_week, start_time, end_time)
values (:'salon', 0, '01:00', '02:00');
insert into schnittwerk_core.staff_availability (
  salon_id, staff_id, day_of_week, start_time, end_time)
values (:'salon', :'ben', 0, '00:00', '24:00');
select pg_temp.now_is('2027-03-08 12:00+00') \g /dev/null
select pg_temp.keep_by_rules_of('America/Havana', 'America/New_York') \g /dev/null
select results_eq(
  format('select starts_at from pg_temp.starts(%L, ''2027-03-14'')', :'haircut'),
  $$values (timestamptz '2027-03-14 01:00 America/New_York')$$,
  'a clock change moved within one day counts');
select is(
  pg_temp.failures(:'haircut', :'ben', '2027-03-14 05:00+00'),
  'outside_business_hours', 'an hour open only by the outdated clock change is closed');
select is(
  (select bool_and(not schnittwerk_core.clocks_agree(
    'America/New_York', k.offset_bounds, k.clocks))
   from schnittwerk_core.salon_week k where k.week in ('2027-03-08', '2027-03-15')), true,
  'the weeks around a moved clock change are outdated');

-- Three stretches: the clocks are changed twice.
select results_eq(
  $$select schnittwerk_core.clocks_agree(
      z.name, b.instants, schnittwerk_core.clocks_at('America/New_York', b.instants))
    from schnittwerk_core.offset_bounds(
      schnittwerk_core.zone_offsets('America/New_York', '2027-03-01', '2027-11-30')) b (instants)
    cross join (values (1, 'America/New_York'), (2, 'America/Havana')) z (n, name)
    order by z.n$$,
  $$values (true), (false)$$,
  'clocks are compared over any number of changes');

-- outside open time: on the one day by the rules of now only, on the other by both
insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, status)
select :'salon', :'carla', :'ben', :'haircut', s, s + interval '1 hour', 75, 'confirmed'
from unnest('{2027-03-14 05:00+00,2027-03-16 05:00+00}'::timestamptz[]) s;
select schnittwerk.maintain(:'salon') as answer \gset
select is(
  jsonb_path_query_array(:'answer', '$.affected_appointments[*].starts_at'),
  '["2027-03-14T05:00:00Z"]',
  'upkeep reports appointments that new zone rules put outside open time');
select is(
  schnittwerk.maintain(:'salon') -> 'affected_appointments', '[]',
  'upkeep reports an affected appointment only once');

select * from finish();
rollback;
