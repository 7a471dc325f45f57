begin;
select plan(5);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.set_special_hours('2026-12-06', '[
  {"start_time": "14:00", "end_time": "16:00"}, {"start_time": "10:00", "end_time": "11:00"},
  {"start_time": "10:00", "end_time": "12:00"}
]') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'setting special hours answers 200');
select is(
  :'answer'::jsonb -> 'special_hours', '[
    {"date": "2026-12-06", "start_time": "10:00", "end_time": "12:00", "is_open": true},
    {"date": "2026-12-06", "start_time": "14:00", "end_time": "16:00", "is_open": true}
  ]', 'special hours open a Sunday, with the longest window of each start'
);
select is(
  schnittwerk.set_special_hours('2026-12-06', '[]') -> 'special_hours',
  '[{"date": "2026-12-06", "start_time": null, "end_time": null, "is_open": false}]',
  'an empty list of windows closes the date'
);
select is(
  schnittwerk.set_special_hours('2026-12-06', null) -> 'special_hours', '[]',
  'SQL null removes the special hours of a date'
);
select is(
  schnittwerk.set_special_hours('2026-12-06', 'null') ->> 'success', 'true',
  'JSON null removes the special hours of a date'
);

select * from finish();
rollback;
