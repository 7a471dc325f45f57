begin;
select plan(9);
\ir ../fixture.psql
\ir ../refused.psql

select is(
  pg_temp.who_may(
    $$select schnittwerk.booking_metrics('2026-12-01 00:00+01', '2026-12-02 00:00+01')$$),
  'staff receptionist admin service', 'the salon team and the service may read metrics'
);
select is(
  pg_temp.refused(format('select schnittwerk.booking_metrics(%L, %L)', r.a, r.b)),
  '400 invalid_input: ' || r.paths, format('metrics from %L to %L are refused', r.a, r.b)
)
from (
  values
    (null, null, 'p_from, p_to'), ('2026-12-02', '2026-12-01', 'p_to'),
    ('2026-12-02', '2026-12-02', 'p_to'), ('2026-01-01 00:00+00', '2027-02-05 00:00:01+00', 'p_to'),
    ('-infinity', 'infinity', 'p_from, p_to')
) r (a, b, paths);
select is(
  pg_temp.refused(
    $$select schnittwerk.booking_metrics('2026-01-01 00:00+00', '2027-02-05 00:00+00')$$),
  null, 'a period of 400 days is accepted'
);
select is(
  pg_temp.refused(format(
    $$select schnittwerk.booking_metrics('2026-12-01', '2026-12-02', %L)$$, :'anna')),
  '404 not_found', 'an unknown salon is not found'
);
select schnittwerk.save_salon('Second', 'UTC') \g /dev/null
select is(
  pg_temp.refused($$select schnittwerk.booking_metrics('2026-12-01', '2026-12-02')$$),
  '400 salon_required', 'with two salons, the salon is required'
);

select * from finish();
rollback;
