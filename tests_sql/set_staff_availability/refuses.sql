begin;
select plan(7);
\ir ../fixture.psql
select is(
  pg_temp.who_may(format($$select schnittwerk.set_staff_availability(%L, '[]')$$, :'anna')),
  'staff admin service', 'admins may set anybody''s availability, staff their own'
);
select is(
  pg_temp.who_may(format($$select schnittwerk.set_staff_availability(%L, '[]')$$, :'ben')),
  'admin service', 'staff may not set the availability of others'
);
select is(
  pg_temp.refusal(schnittwerk.set_staff_availability(null, null)),
  '400 invalid_input: p_staff_id, p_windows', 'staff and windows are required'
);
select is(
  pg_temp.refusal(schnittwerk.set_staff_availability(:'anna', '"Monday"')),
  '400 invalid_input: p_windows', 'a text instead of windows is refused'
);
select is(
  pg_temp.refusal(schnittwerk.set_staff_availability(:'anna', '[
    1,
    {},
    {"day_of_week": 7, "start_time": "12:00", "end_time": "12:00"},
    {"day_of_week": 1.5, "start_time": "9:00", "end_time": "24:01", "availability_type": "maybe"},
    {"day_of_week": "1", "start_time": 900, "end_time": "25:00", "note": "x"}
  ]')),
  '400 invalid_input: p_windows[0], p_windows[1].start_time, p_windows[1].end_time, '
  || 'p_windows[1].day_of_week, p_windows[2].end_time, p_windows[2].day_of_week, '
  || 'p_windows[3].start_time, p_windows[3].end_time, p_windows[3].day_of_week, '
  || 'p_windows[3].availability_type, p_windows[4].note, p_windows[4].start_time, '
  || 'p_windows[4].end_time, p_windows[4].day_of_week',
  'one refusal names all faults of all windows'
);
select is(
  pg_temp.refusal(schnittwerk.set_staff_availability(:'carla', '[]')), '404 not_found',
  'unknown staff are not found'
);
select is(
  (select count(*) from schnittwerk.get_staff_availability(:'anna')), 12::bigint,
  'a refused week changes nothing'
);

select * from finish();
rollback;
