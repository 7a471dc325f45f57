begin;
select plan(4);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.set_special_hours('2026-12-03', '[]')$$), 'admin service',
  'only admins and the service set special hours'
);
select is(
  pg_temp.refusal(schnittwerk.set_special_hours(d::date, w)), '400 invalid_input: ' || paths,
  format('special hours on %s of %s are refused', coalesce(d, 'no date'), w)
)
from (
  values
    (null, '{}'::jsonb, 'p_date, p_windows'), ('infinity', '[]', 'p_date'),
    ('2026-12-03', '[{"start_time": "12:00", "end_time": "12:00"}, {"start_time": "24:00"}, "x",
      {"start_time": "08:00", "end_time": "09:00", "is_open": true}]',
      'p_windows[0].end_time, p_windows[1].end_time, p_windows[2], p_windows[3].is_open')
) s (d, w, paths);

select * from finish();
rollback;
