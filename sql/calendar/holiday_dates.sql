create function schnittwerk_core.recurring_date(p_year int, p_month int, p_day int)
returns date
language sql
immutable
parallel safe
return make_date(p_year, p_month, 1) + least(
  p_day,
  extract(day from make_date(p_year, p_month, 1) + interval '1 month' - interval '1 day')::int
) - 1;

comment on function schnittwerk_core.recurring_date(int, int, int) is
  'The date on which a recurring holiday falls in a year: 29 February is the 28th in common years.';

revoke execute on function schnittwerk_core.recurring_date from public;

create function schnittwerk_core.holiday_dates(p_salon_id uuid, p_from date, p_until date)
returns table (holiday_id uuid, date date, affects_all_staff boolean)
language sql
stable
parallel safe
begin atomic
  select o.id, o.first_date + d.n, o.affects_all_staff
  from (
    -- a holiday lasts less than 366 days (holidays_last_at_most_a_year)
    select h.id, h.affects_all_staff, h.date as first_date, h.date, h.end_date
    from schnittwerk_core.holidays h
    where h.salon_id = p_salon_id and not h.is_recurring
      and h.date between p_from - 365 and p_until
    union all
    select
      h.id, h.affects_all_staff,
      schnittwerk_core.recurring_date(y.year, h.recurring_month, h.recurring_day), h.date, h.end_date
    from schnittwerk_core.holidays h
    cross join generate_series(
      extract(year from p_from)::int - 1, extract(year from p_until)::int
    ) y (year)
    where h.salon_id = p_salon_id and h.is_recurring
  ) o
  cross join lateral generate_series(
    greatest(0, p_from - o.first_date),
    least(coalesce(o.end_date, o.date) - o.date, p_until - o.first_date)
  ) d (n);
end;

comment on function schnittwerk_core.holiday_dates(uuid, date, date) is
  'One row per holiday and local date from p_from to p_until, recurring ones and ranges expanded.';

revoke execute on function schnittwerk_core.holiday_dates from public;
