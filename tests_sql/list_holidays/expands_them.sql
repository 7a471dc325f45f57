begin;
select plan(10);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.who_may($$select * from schnittwerk.list_holidays('2026-12-01', '2026-12-31')$$),
  'anonymous nobody stranger customer staff receptionist admin service',
  'everyone may list holidays'
);
select schnittwerk.create_holiday('Christmas', '2024-12-25', true, p_end_date => '2024-12-26')
  \g /dev/null
select schnittwerk.create_holiday('Leap day', '2024-02-29', true) \g /dev/null
select schnittwerk.create_holiday('Inventory', '2026-12-25', p_type => 'maintenance',
  p_description => 'count', p_affects_all_staff => false, p_staff_ids => array[:'ben'::uuid])
  \g /dev/null
select results_eq(
  $$select date, name, type, description, is_recurring, affects_all_staff, staff_ids
    from schnittwerk.list_holidays('2026-12-25', '2028-03-01')$$,
  format($$values
    ('2026-12-25'::date, 'Christmas', 'public_holiday', null, true, true, '{}'::uuid[]),
    ('2026-12-25', 'Inventory', 'maintenance', 'count', false, false, array[%L::uuid]),
    ('2026-12-26', 'Christmas', 'public_holiday', null, true, true, '{}'),
    ('2027-02-28', 'Leap day', 'public_holiday', null, true, true, '{}'),
    ('2027-12-25', 'Christmas', 'public_holiday', null, true, true, '{}'),
    ('2027-12-26', 'Christmas', 'public_holiday', null, true, true, '{}'),
    ('2028-02-29', 'Leap day', 'public_holiday', null, true, true, '{}')$$, :'ben'),
  'holidays are listed by date and name, with one row a date'
);
select results_eq(
  $$select count(distinct id) from schnittwerk.list_holidays('2026-12-25', '2028-03-01')$$,
  array[3::bigint], 'each row has the id of its holiday'
);
select is(
  pg_temp.refused('select schnittwerk.list_holidays(null, null)'),
  '400 invalid_input: p_from, p_to', 'both dates are required'
);
select is(
  pg_temp.refused($$select schnittwerk.list_holidays('2026-01-01', '2029-01-05')$$),
  '400 invalid_input: p_to', 'a period of 1101 days is refused'
);
select is(
  pg_temp.refused($$select schnittwerk.list_holidays('2026-01-01', '2029-01-04')$$), null,
  'a period of 1100 days is accepted'
);
select is(
  pg_temp.refused(format('select schnittwerk.list_holidays(%L, %L)', r.a, r.b)),
  '400 invalid_input: ' || r.paths, format('holidays from %s to %s are refused', r.a, r.b)
)
from (
  values
    ('2026-12-02', '2026-12-01', 'p_to'), ('-infinity', '2026-12-01', 'p_from'),
    ('2026-12-02', 'infinity', 'p_to'), ('infinity', 'infinity', 'p_from, p_to')
) r (a, b, paths);

select * from finish();
rollback;
