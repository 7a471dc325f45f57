begin;
select plan(22);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.create_holiday('Blackout', '2026-12-03')$$),
  'admin service', 'only admins and the service create holidays'
);
select is(
  pg_temp.refusal(schnittwerk.create_holiday(
    null, null, null, p_type => 'party', p_description => repeat('x', 2001),
    p_affects_all_staff => null)),
  '400 invalid_input: p_name, p_date, p_type, p_description, p_is_recurring, p_affects_all_staff',
  'one refusal names all invalid arguments'
);
select is(
  pg_temp.refusal(schnittwerk.create_holiday('X', d::date, p_end_date => e::date)),
  '400 invalid_input: ' || path, format('a holiday from %L to %L is refused', d, e)
)
from (
  values
    ('infinity', null, 'p_date'), ('1899-12-31', null, 'p_date'),
    ('2026-12-03', '2026-12-02', 'p_end_date'), ('2026-12-03', '2027-12-04', 'p_end_date'),
    ('2026-12-03', 'infinity', 'p_end_date'), ('-infinity', 'infinity', 'p_date, p_end_date')
) x (d, e, path);
select is(
  pg_temp.refusal(schnittwerk.create_holiday('X', '2026-01-31', r, m, d)),
  '400 invalid_input: ' || path,
  format('a holiday with is_recurring %s, month %s, day %L is refused', r, m, d)
)
from (
  values
    (true, 4, 31, 'p_recurring_day'), (true, 4, null, 'p_recurring_day'),
    (true, 2, 30, 'p_recurring_day'), (true, 13, 1, 'p_recurring_month'),
    (true, 0, 0, 'p_recurring_month, p_recurring_day'), (true, 12, 32, 'p_recurring_day'),
    (false, 12, 25, 'p_recurring_month, p_recurring_day')
) x (r, m, d, path);
select is(
  schnittwerk.create_holiday('X', '2026-01-31', true, 4) #>> '{details,0,message}',
  'p_recurring_day: month 4 has no day 31', 'the message names the day that a month does not have'
);
select is(
  pg_temp.refusal(schnittwerk.create_holiday('X', '2026-12-03', p_affects_all_staff => a,
    p_staff_ids => s)),
  '400 invalid_input: p_staff_ids', what || ' is refused'
)
from (
  values
    ('a holiday of all staff that names staff', true, array[:'ben'::uuid]),
    ('a holiday of some staff without staff', false, null),
    ('a holiday of some staff with an empty list', false, '{}'),
    ('a holiday of some staff with a null id', false, array[:'ben', null]::uuid[])
) x (what, a, s);
select is(
  pg_temp.refusal(schnittwerk.create_holiday('X', '2026-12-03', p_affects_all_staff => false,
    p_staff_ids => array[:'ben', :'carla']::uuid[])), '404 not_found',
  'a holiday of unknown staff is not found'
);
select is_empty(
  $$select * from schnittwerk.list_holidays('2026-01-01', '2026-12-31')$$,
  'refused holidays are not stored'
);

select * from finish();
rollback;
