begin;
select plan(6);
\ir ../fixture.psql
\ir starts.psql

select is(
  pg_temp.starts(:'haircut', :'anna', '2026-12-02'),
  '09:00 10:00 11:00 13:00 14:00 15:00 16:00 17:00',
  'appointments may end and begin at a break, but not cross it'
);
select is(
  pg_temp.starts(:'color', :'anna', '2026-12-02', 30),
  '09:00 09:30 10:00 13:00 13:30 14:00 14:30 15:00 15:30 16:00',
  'a service of two hours does not cross a break'
);

select schnittwerk.set_staff_availability(:'anna', '[
  {"day_of_week": 3, "start_time": "08:30", "end_time": "12:00"},
  {"day_of_week": 3, "start_time": "12:00", "end_time": "20:00"}
]') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'anna', '2026-12-02'),
  '09:00 10:00 11:00 12:00 13:00 14:00 15:00 16:00 17:00',
  'availability windows that touch count as one'
);

select schnittwerk.set_staff_availability(:'anna', '[
  {"day_of_week": 3, "start_time": "09:20", "end_time": "17:00"},
  {"day_of_week": 3, "start_time": "12:10", "end_time": "12:40",
    "availability_type": "unavailable"}
]') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'anna', '2026-12-02', 30),
  '09:20 09:50 10:20 10:50 12:40 13:10 13:40 14:10 14:40 15:10 15:40',
  'the grid starts anew with every open range of the member of staff'
);
select is(
  pg_temp.starts(:'haircut', :'anna', '2026-12-03'), '',
  'staff without availability on a day have no slots'
);

select schnittwerk.set_staff_availability(:'anna', '[
  {"day_of_week": 3, "start_time": "09:00", "end_time": "18:00"},
  {"day_of_week": 3, "start_time": "08:00", "end_time": "11:00",
    "availability_type": "unavailable"},
  {"day_of_week": 3, "start_time": "10:00", "end_time": "16:30",
    "availability_type": "unavailable"}
]') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'anna', '2026-12-02', 15),
  '16:30 16:45 17:00',
  'overlapping unavailable windows are all taken away'
);

select * from finish();
rollback;
