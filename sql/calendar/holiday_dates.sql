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

create function schnittwerk_core.holiday_occurrence(p_holiday schnittwerk_core.holidays, p_year int)
returns daterange
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_month constant int := p_holiday.recurring_month;
  v_day constant int := p_holiday.recurring_day;
  v_first_date constant date := schnittwerk_core.recurring_date(p_year, v_month, v_day);
  v_saved_year int;
  v_saved_last date;
begin
  if p_holiday.end_date is null or p_holiday.end_date = p_holiday.date then
    return daterange(v_first_date, v_first_date, '[]');
  end if;
  v_saved_year := extract(year from p_holiday.date);
  v_saved_last := p_holiday.end_date
    + (schnittwerk_core.recurring_date(v_saved_year, v_month, v_day) - p_holiday.date);
  return daterange(
    v_first_date,
    least(
      schnittwerk_core.recurring_date(
        p_year + extract(year from v_saved_last)::int - v_saved_year,
        extract(month from v_saved_last)::int, extract(day from v_saved_last)::int
      ) + 1,
      -- Where a year is closed from end to end, two occurrences would share a date.
      schnittwerk_core.recurring_date(p_year + 1, v_month, v_day)
    )
  );
end
$$;

comment on function schnittwerk_core.holiday_occurrence(schnittwerk_core.holidays, int) is
  'The local dates of a recurring holiday that begins in a year. Its first and last date are the same every year, so that its length differs in leap years. A recurring_month and recurring_day other than those of its date move both dates by the same number of days.';

revoke execute on function schnittwerk_core.holiday_occurrence from public;

create function schnittwerk_core.holiday_dates(p_salon_id uuid, p_from date, p_until date)
returns table (holiday_id uuid, date date, affects_all_staff boolean)
language sql
stable
parallel safe
begin atomic
  select o.id, o.first_date + d.n, o.affects_all_staff
  from (
    -- a holiday lasts less than 366 days (holidays_last_at_most_a_year)
    select h.id, h.affects_all_staff, h.date as first_date, coalesce(h.end_date, h.date) as last_date
    from schnittwerk_core.holidays h
    where h.salon_id = p_salon_id and not h.is_recurring
      and h.date between p_from - 365 and p_until
    union all
    select h.id, h.affects_all_staff, lower(r.dates), upper(r.dates) - 1
    from schnittwerk_core.holidays h
    cross join generate_series(
      extract(year from p_from)::int - 1, extract(year from p_until)::int
    ) y (year)
    cross join lateral schnittwerk_core.holiday_occurrence(h, y.year) r (dates)
    where h.salon_id = p_salon_id and h.is_recurring
  ) o
  cross join lateral generate_series(
    greatest(0, p_from - o.first_date), least(o.last_date, p_until) - o.first_date
  ) d (n);
end;

comment on function schnittwerk_core.holiday_dates(uuid, date, date) is
  'One row per holiday and local date from p_from to p_until, recurring ones and ranges expanded.';

revoke execute on function schnittwerk_core.holiday_dates from public;
