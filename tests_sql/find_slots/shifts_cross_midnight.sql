begin;
select plan(4);
\ir ../fixture.psql
\ir starts.psql

-- Open Friday 22:00 to Saturday 03:00; Ben works then.
select schnittwerk.set_business_settings('{"opening_hours": {
  "5": {"is_open": true, "start_time": "22:00", "end_time": "24:00"},
  "6": {"is_open": true, "start_time": "00:00", "end_time": "03:00"}
}}') \g /dev/null
select schnittwerk.set_staff_availability(:'ben', '[
  {"day_of_week": 5, "start_time": "22:00", "end_time": "24:00"},
  {"day_of_week": 6, "start_time": "00:00", "end_time": "03:00"}
]') \g /dev/null

select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-04', 50), '22:00 22:50 23:40',
  'an appointment may cross midnight where windows touch'
);
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-05', 50), '00:30 01:20',
  'after midnight the grid goes on from where the shift began'
);
select schnittwerk.create_booking(
  '1', :'carla', :'haircut', '2026-12-04 23:40+01', :'ben') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-05', 50), '01:20',
  'an appointment across midnight is taken on its second date'
);
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-04', 25), '22:00 22:25',
  'an appointment across midnight is taken on its first date'
);

select * from finish();
rollback;
