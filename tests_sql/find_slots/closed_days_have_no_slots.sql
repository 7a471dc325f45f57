begin;
select plan(13);
\ir ../fixture.psql
\ir starts.psql

-- Ben is there every day, so that only the salon's hours close.
select schnittwerk.set_staff_availability(:'ben', (
  select jsonb_agg(jsonb_build_object('day_of_week', d, 'start_time', '08:00', 'end_time', '20:00'))
  from generate_series(0, 6) d
)) \g /dev/null
select is(pg_temp.starts(:'haircut', :'ben', '2026-12-06'), '', 'a closed weekday has no slots');
select schnittwerk.set_business_settings('{"opening_hours": {
  "3": {"is_open": true, "start_time": "09:00", "end_time": "18:00"},
  "5": {"is_open": true, "start_time": "09:00", "end_time": "18:00"}
}}') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-03'), '',
  'a weekday without opening hours has no slots'
);

select schnittwerk.set_special_hours('2026-12-03', '[
  {"start_time": "10:00", "end_time": "11:30"}, {"start_time": "14:00", "end_time": "15:00"}
]') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-03', 30), '10:00 10:30 14:00',
  'special hours open a date, in several windows'
);
select schnittwerk.set_special_hours('2026-12-02', '[]') \g /dev/null
select is(pg_temp.starts(:'haircut', :'ben', '2026-12-02'), '', 'special hours close a date');
select isnt(pg_temp.starts(:'haircut', :'ben', '2026-12-09'), '',
  'special hours that close a date leave others open');

select schnittwerk.create_holiday('Feast', '2026-12-09') \g /dev/null
select is(pg_temp.starts(:'haircut', :'ben', '2026-12-09'), '', 'a public holiday has no slots');
select schnittwerk.create_holiday('Works', '2026-12-11', p_type => 'maintenance') \g /dev/null
select is(pg_temp.starts(:'haircut', :'ben', '2026-12-11'), '', 'a maintenance day has no slots');
select schnittwerk.create_holiday(
  'Outing', '2026-12-16', p_type => 'blackout_date', p_affects_all_staff => false,
  p_staff_ids => array[:'anna'::uuid]
), schnittwerk.create_holiday('Second of that date', '2026-12-16', p_type => 'maintenance',
  p_affects_all_staff => false, p_staff_ids => array[:'anna'::uuid]) \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'anna', '2026-12-16'), '',
  'staff have no slots on a holiday of theirs'
);
select isnt(pg_temp.starts(:'haircut', :'ben', '2026-12-16'), '',
  'other staff have slots on a holiday of some staff');
select schnittwerk.create_holiday('Long', '2026-12-17', p_end_date => '2026-12-19') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-18'), '',
  'a holiday of several days closes the days in the middle'
);
select schnittwerk.create_holiday('Christmas', '2019-12-25', p_is_recurring => true) \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-25'), '', 'a recurring holiday closes every year'
);
select schnittwerk.set_special_hours('2026-12-25', '[{"start_time": "10:00", "end_time": "12:00"}]')
\g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-25'), '', 'special hours do not open a holiday'
);

create or replace function schnittwerk_core.clock()
returns timestamptz
language sql
stable
parallel safe
as $$ select timestamptz '2027-02-10 08:00+01' $$;
select schnittwerk.create_holiday('Leap day', '2024-02-29', p_is_recurring => true),
  schnittwerk.set_special_hours(d::date, '[{"start_time": "10:00", "end_time": "11:00"}]')
from generate_series(date '2027-02-26', '2027-03-02', '1 day') d \g /dev/null
select set_eq(
  format($$
    select (s.starts_at at time zone 'Europe/Zurich')::date
    from schnittwerk.find_slots(%L, '2027-02-26', '2027-03-02') s
  $$, :'haircut'),
  '{2027-02-26,2027-02-27,2027-03-01,2027-03-02}'::date[],
  'a holiday on 29 February closes the 28th in other years'
);

select * from finish();
rollback;
