begin;
select plan(12);
\ir ../fixture.psql

create function pg_temp.listed(p_from date, p_to date)
returns setof text
language sql
as $$ select date || ' ' || name from schnittwerk.list_holidays(p_from, p_to) $$;

select schnittwerk.create_holiday('Move', '2026-12-07', p_end_date => '2026-12-09') \g /dev/null
select is(
  (select string_agg(l, ', ' order by l) from pg_temp.listed(r.a::date, r.b::date) l), r.dates,
  format('of a holiday from 7 to 9 December, %s to %s has %s',
    r.a, r.b, coalesce(r.dates, 'no date'))
)
from (
  values
    ('2026-12-01', '2026-12-06', null), ('2026-12-01', '2026-12-07', '2026-12-07 Move'),
    ('2026-12-08', '2026-12-08', '2026-12-08 Move'),
    ('2026-12-09', '2026-12-31', '2026-12-09 Move'), ('2026-12-10', '2026-12-31', null),
    ('2026-12-01', '2026-12-31', '2026-12-07 Move, 2026-12-08 Move, 2026-12-09 Move')
) r (a, b, dates);

select schnittwerk.create_holiday('Winter', '2024-12-30', true, p_end_date => '2025-01-02')
\g /dev/null
select results_eq(
  $$select pg_temp.listed('2028-01-01', '2028-12-31')$$,
  array['2028-01-01 Winter', '2028-01-02 Winter', '2028-12-30 Winter', '2028-12-31 Winter'],
  'a recurring holiday goes on over New Year and comes again'
);
select set_eq(
  $$select pg_temp.listed('2024-12-29', '2025-01-03')$$,
  array['2024-12-30 Winter', '2024-12-31 Winter', '2025-01-01 Winter', '2025-01-02 Winter'],
  'a recurring holiday over New Year is listed in its first year'
);
select schnittwerk.create_holiday('Leap day', '2024-02-29', true) \g /dev/null
select set_eq(
  $$select l from generate_series(2026, 2029) y (year)
    cross join lateral pg_temp.listed(make_date(y.year, 2, 1), make_date(y.year, 3, 1)) l$$,
  array['2026-02-28 Leap day', '2027-02-28 Leap day', '2028-02-29 Leap day', '2029-02-28 Leap day'],
  'a recurring 29 February is listed on the 28th in common years'
);
select results_eq(
  $$select schnittwerk.is_holiday(d.date)
    from (values ('2027-02-27'::date, 1), ('2027-02-28', 2), ('2027-03-01', 3), ('2028-02-28', 4),
      ('2028-02-29', 5)) d (date, n) order by d.n$$,
  '{f,t,f,f,t}'::boolean[], 'a recurring 29 February closes only the date it is listed on'
);
set local time zone 'Pacific/Kiritimati';
select set_eq(
  $$select pg_temp.listed('2028-02-01', '2028-03-01')$$, array['2028-02-29 Leap day'],
  'list_holidays does not depend on the session''s time zone'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is_empty(
  format($$select * from schnittwerk.list_holidays('2026-12-01', '2026-12-31', %L)$$, :'second'),
  'another salon has its own holidays'
);

select * from finish();
rollback;
