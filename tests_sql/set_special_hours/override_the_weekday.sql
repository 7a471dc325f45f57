begin;
select plan(5);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.set_special_hours('2026-12-06', '[
  {"start_time": "14:00", "end_time": "16:00"}, {"start_time": "10:00", "end_time": "11:00"},
  {"start_time": "10:00", "end_time": "12:00"}
]') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'is a change');
select is(
  :'answer'::jsonb -> 'special_hours', '[
    {"date": "2026-12-06", "start_time": "10:00", "end_time": "12:00", "is_open": true},
    {"date": "2026-12-06", "start_time": "14:00", "end_time": "16:00", "is_open": true}
  ]', 'a Sunday is open, windows that start together as the longest'
);
select is(
  schnittwerk.set_special_hours('2026-12-06', '[]') -> 'special_hours',
  '[{"date": "2026-12-06", "start_time": null, "end_time": null, "is_open": false}]', 'closed'
);
select is(
  schnittwerk.set_special_hours('2026-12-06', null) -> 'special_hours', '[]',
  'and as its weekday is'
);
select is(
  schnittwerk.set_special_hours('2026-12-06', 'null') ->> 'success', 'true',
  'JSON''s null is null'
);

select * from finish();
rollback;
