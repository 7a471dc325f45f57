begin;
select plan(6);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.who_may($$select * from schnittwerk.list_special_hours('2026-12-01', '2026-12-31')$$),
  'anonymous nobody stranger customer staff receptionist admin service',
  'everyone may list special hours'
);
select schnittwerk.set_special_hours('2026-12-31', '[]') \g /dev/null
select schnittwerk.set_special_hours('2026-12-06', '[
  {"start_time": "14:00", "end_time": "24:00"}, {"start_time": "10:00", "end_time": "12:00"}
]') \g /dev/null
select results_eq(
  $$select * from schnittwerk.list_special_hours('2026-12-06', '2026-12-31')$$,
  $$values
    ('2026-12-06'::date, '10:00', '12:00', true), ('2026-12-06', '14:00', '24:00', true),
    ('2026-12-31', null, null, false)$$, 'special hours are listed by date and start'
);
select is_empty(
  $$select * from schnittwerk.list_special_hours('2026-12-07', '2026-12-30')$$,
  'special hours of other dates are not listed'
);
select is(
  pg_temp.refused(format('select schnittwerk.list_special_hours(%L, %L)', r.a, r.b)),
  '400 invalid_input: ' || r.paths, format('special hours from %L to %L are refused', r.a, r.b)
)
from (
  values
    (null, null, 'p_from, p_to'), ('2026-12-02', '2026-12-01', 'p_to'),
    ('2026-01-01', '2029-01-05', 'p_to')
) r (a, b, paths);

select * from finish();
rollback;
