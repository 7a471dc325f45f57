-- Open around the clock, with a start every minute: 131 thousand in 92 days.
begin;
select plan(4);
\ir ../fixture.psql
select schnittwerk.set_policy('advance_booking_limit_days', '120'),
  schnittwerk.set_business_settings('{"max_advance_booking_days": 120, "opening_hours": {
    "0": {"start_time": "00:00", "end_time": "24:00"},
    "1": {"start_time": "00:00", "end_time": "24:00"},
    "2": {"start_time": "00:00", "end_time": "24:00"},
    "3": {"start_time": "00:00", "end_time": "24:00"},
    "4": {"start_time": "00:00", "end_time": "24:00"},
    "5": {"start_time": "00:00", "end_time": "24:00"},
    "6": {"start_time": "00:00", "end_time": "24:00"}}}'),
  schnittwerk.set_staff_availability(:'ben', (
    select jsonb_agg(jsonb_build_object(
      'day_of_week', d, 'start_time', '00:00', 'end_time', '24:00'))
    from generate_series(0, 6) d)) \g /dev/null

create function pg_temp.count_slots(
  p_service_id uuid, p_staff_id uuid, p_to date, p_interval int, p_limit int default null)
returns bigint
language sql
as $$
  select count(*)
  from schnittwerk.find_slots(p_service_id, '2026-12-02', p_to, p_staff_id, p_interval, p_limit)
$$;

select pg_temp.become_anonymous() \g /dev/null
select throws_ok(
  format('select pg_temp.count_slots(%L, %L, ''2027-03-03'', 1)', :'haircut', :'ben'),
  'PT400', 'invalid_input', 'a search with more than 100000 slots is refused');
select pg_temp.become_superuser() \g /dev/null
\ir ../refused.psql
select is(
  pg_temp.refused(format(
    'select pg_temp.count_slots(%L, %L, ''2027-03-03'', 1)', :'haircut', :'ben')),
  '400 invalid_input: p_limit', 'the refusal of too many slots names p_limit');
select is(
  pg_temp.count_slots(:'haircut', :'ben', '2027-03-03', 1, 100000), 100000::bigint,
  'p_limit gives the first 100000 slots');
select ok(
  pg_temp.count_slots(:'haircut', :'ben', '2027-02-02', 1) between 80000 and 100000,
  'a search with fewer than 100000 slots is answered in full');

select * from finish();
rollback;
