begin;
select plan(4);
\ir ../fixture.psql
select pg_temp.become_user(:'anna_user');
select schnittwerk.set_staff_availability(:'anna', '[
  {"day_of_week": 5, "start_time": "18:00", "end_time": "24:00"},
  {"availability_type": "unavailable", "day_of_week": 1, "start_time": "12:00",
    "end_time": "12:30"},
  {"availability_type": null, "day_of_week": 1, "start_time": "09:00", "end_time": "11:00"},
  {"availability_type": "available", "day_of_week": 1, "start_time": "09:00", "end_time": "17:00"}
]') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'staff set their own week');
select is(
  :'answer'::jsonb -> 'staff_availability', '[
    {"availability_type": "available", "day_of_week": 1, "start_time": "09:00",
      "end_time": "17:00"},
    {"availability_type": "unavailable", "day_of_week": 1, "start_time": "12:00",
      "end_time": "12:30"},
    {"availability_type": "available", "day_of_week": 5, "start_time": "18:00",
      "end_time": "24:00"}
  ]', 'windows are by weekday and start, with the longest of each start'
);
select results_eq(
  format('select * from schnittwerk.get_staff_availability(%L)', :'anna'),
  $$values
    (1, '09:00', '17:00', 'available'), (1, '12:00', '12:30', 'unavailable'),
    (5, '18:00', '24:00', 'available')$$, 'get_staff_availability gives the week that was set'
);
select is(
  schnittwerk.set_staff_availability(:'anna', '[]') -> 'staff_availability', '[]',
  'a week without availability is allowed'
);

select * from finish();
rollback;
