begin;
select plan(3);
\ir ../fixture.psql

-- Open around the clock, with steps that do not divide a day.
select schnittwerk.set_business_settings(jsonb_build_object('opening_hours', (
  select jsonb_object_agg(d, jsonb_build_object(
    'is_open', true, 'start_time', '00:00', 'end_time', '24:00'))
  from generate_series(0, 6) d
))) \g /dev/null
select schnittwerk.set_staff_availability(:'ben', (
  select jsonb_agg(jsonb_build_object('day_of_week', d, 'start_time', '00:00', 'end_time', '24:00'))
  from generate_series(0, 6) d
)) \g /dev/null

create function pg_temp.starts(
  p_service_id uuid, p_staff_id uuid, p_from date, p_to date, p_limit int default null
)
returns setof timestamptz
language sql
as $$
  select s.starts_at
  from schnittwerk.find_slots(p_service_id, p_from, p_to, p_staff_id, 50, p_limit) s
$$;

select results_eq(
  format($$select pg_temp.starts(%L, %L, '2026-12-03', '2026-12-10')$$, :'haircut', :'ben'),
  format($$
    select pg_temp.starts(%L, %L, d::date, d::date)
    from generate_series(date '2026-12-03', '2026-12-10', '1 day') d
  $$, :'haircut', :'ben'),
  'a search of a week lists what searches of its days list'
);
select results_eq(
  format($$select pg_temp.starts(%L, %L, '2026-12-03', '2026-12-10')$$, :'haircut', :'ben'),
  format($$select pg_temp.starts(%L, %L, '2026-12-03', '2026-12-10', 10000)$$, :'haircut', :'ben'),
  'a search without a limit lists what a limited one lists'
);
select results_eq(
  format($$
    select s from pg_temp.starts(%L, %L, '2026-12-03', '2026-12-10') s
    where s < '2026-12-03 02:00+01'
  $$, :'haircut', :'ben'),
  array['2026-12-03 00:00+01', '2026-12-03 00:50+01', '2026-12-03 01:40+01']::timestamptz[],
  'open around the clock, the grid starts at local midnight'
);

select * from finish();
rollback;
