-- A recurring closure of several days keeps its first and its last date, not its length.
begin;
select plan(19);
\ir ../fixture.psql
\ir ../refused.psql

-- The dates of the only holiday, as ranges.
create function pg_temp.listed(p_from date, p_to date)
returns datemultirange
language sql
as $$
  select range_agg(daterange(date, date, '[]')) from schnittwerk.list_holidays(p_from, p_to)
$$;
create function pg_temp.in_years(
  p_date date, p_end_date date, p_years int[], p_month int default null, p_day int default null
)
returns text
language plpgsql
as $$
declare
  v_id uuid := schnittwerk.create_holiday(
    'Closed', p_date, true, p_month, p_day, p_end_date => p_end_date) #>> '{holiday,id}';
  v_listed text := (
    select string_agg(pg_temp.listed(make_date(y.year, 1, 1), make_date(y.year, 12, 31))::text,
      ' ' order by y.year)
    from unnest(p_years) y (year)
  );
begin
  perform schnittwerk.delete_holiday(v_id);
  return v_listed;
end
$$;

select is(
  pg_temp.in_years(first::date, last::date, '{2027,2028}'), dates,
  format('a closure from %s to %s recurs in a common and a leap year', first, last)
)
from (
  values
    ('2026-02-20', '2026-03-01', '{[2027-02-20,2027-03-02)} {[2028-02-20,2028-03-02)}'),
    ('2024-02-20', '2024-03-01', '{[2027-02-20,2027-03-02)} {[2028-02-20,2028-03-02)}'),
    ('2026-02-20', '2026-02-28', '{[2027-02-20,2027-03-01)} {[2028-02-20,2028-02-29)}'),
    ('2024-02-20', '2024-02-29', '{[2027-02-20,2027-03-01)} {[2028-02-20,2028-03-01)}'),
    ('2024-02-28', '2024-02-29', '{[2027-02-28,2027-03-01)} {[2028-02-28,2028-03-01)}'),
    ('2024-02-29', '2024-03-02', '{[2027-02-28,2027-03-03)} {[2028-02-29,2028-03-03)}'),
    ('2026-06-01', '2026-06-07', '{[2027-06-01,2027-06-08)} {[2028-06-01,2028-06-08)}')
) r (first, last, dates);
select is(
  pg_temp.in_years('2026-12-24', '2027-01-02', '{2027,2028}'),
  '{[2027-01-01,2027-01-03),[2027-12-24,2028-01-01)} '
    '{[2028-01-01,2028-01-03),[2028-12-24,2029-01-01)}',
  'a closure over New Year recurs at both ends of a year'
);
select is(
  pg_temp.in_years('2026-12-24', '2027-03-01', '{2028}'),
  '{[2028-01-01,2028-03-02),[2028-12-24,2029-01-01)}',
  'a closure over New Year and the leap day recurs'
);

-- A month and day of its own moves both dates by as much.
select is(
  pg_temp.in_years(first::date, last::date, '{2027,2028}', month, day), dates,
  format('a closure from %s to %L recurs on month %s, day %s', first, last, month, day)
)
from (
  values
    ('2026-06-01', '2026-06-10', 2, 20, '{[2027-02-20,2027-03-02)} {[2028-02-20,2028-03-02)}'),
    ('2026-06-01', '2026-06-04', 12, 30,
      '{[2027-01-01,2027-01-03),[2027-12-30,2028-01-01)} '
      '{[2028-01-01,2028-01-03),[2028-12-30,2029-01-01)}'),
    ('2027-02-28', null, 2, 29, '{[2027-02-28,2027-03-01)} {[2028-02-29,2028-03-01)}'),
    ('2027-02-28', '2027-02-28', 2, 29, '{[2027-02-28,2027-03-01)} {[2028-02-29,2028-03-01)}'),
    ('2027-02-28', '2027-03-01', 2, 29, '{[2027-02-28,2027-03-02)} {[2028-02-29,2028-03-02)}')
) r (first, last, month, day, dates);

-- A closure of a year and a day meets itself.
select schnittwerk.create_holiday('Closed', '2026-01-01', true, p_end_date => '2027-01-01')
  as created \gset
select is(
  (select count(*) from schnittwerk.list_holidays('2028-01-01', '2028-12-31')), 366::bigint,
  'a closure of a year and a day has one row a date'
);
select is(
  pg_temp.refusal(schnittwerk.create_holiday(
    'Closed', '2026-01-01', true, p_end_date => '2027-01-02')),
  '400 invalid_input: p_end_date', 'a closure of more than a year and a day is refused'
);
select is(
  pg_temp.refusal(schnittwerk.update_holiday(
    (:'created'::jsonb #>> '{holiday,id}')::uuid,
    '{"date": "2026-02-20", "end_date": "2026-03-01"}')), null,
  'both dates of a recurring closure can be changed'
);
select is(
  pg_temp.listed('2028-02-25', '2028-02-29')::text || pg_temp.listed('2028-03-01', '2028-03-05'),
  '{[2028-02-25,2028-03-01)}{[2028-03-01,2028-03-02)}',
  'a recurring closure is listed from within until its end'
);
select is(
  array(
    select schnittwerk.is_holiday(d.date)
    from (values ('2028-02-19'::date), ('2028-02-29'), ('2028-03-01'), ('2028-03-02')) d (date)
  ), '{f,t,t,f}', 'a changed closure closes its new dates only'
);

select * from finish();
rollback;
