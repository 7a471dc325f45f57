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
  'The date of a recurring holiday in a year: 29 February falls on the 28th in common years.';

revoke execute on function schnittwerk_core.recurring_date from public;

create function schnittwerk_core.recurring_end_date(
  p_holiday schnittwerk_core.holidays, p_year int
)
returns date
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_month constant int := p_holiday.recurring_month;
  v_day constant int := p_holiday.recurring_day;
  v_saved_year constant int := extract(year from p_holiday.date);
  v_saved_end constant date := p_holiday.end_date
    + (schnittwerk_core.recurring_date(v_saved_year, v_month, v_day) - p_holiday.date);
begin
  return least(
    schnittwerk_core.recurring_date(
      p_year + extract(year from v_saved_end)::int - v_saved_year,
      extract(month from v_saved_end)::int, extract(day from v_saved_end)::int
    ),
    -- Where it closes the whole year, no date belongs to two occurrences.
    schnittwerk_core.recurring_date(p_year + 1, v_month, v_day) - 1
  );
end
$$;

comment on function schnittwerk_core.recurring_end_date(schnittwerk_core.holidays, int) is
  'The last date of a recurring holiday of several days that begins in a year. First and last date are the same every year, so that the length differs in leap years. A recurring_month and recurring_day other than those of its date move both by the same number of days.';

revoke execute on function schnittwerk_core.recurring_end_date from public;

create function schnittwerk_core.holiday_dates(p_salon_id uuid, p_from date, p_until date)
returns table (holiday_id uuid, date date, affects_all_staff boolean)
language sql
stable
parallel safe
begin atomic
  select o.id, o.first_date + d.n, o.affects_all_staff
  from (
    -- a holiday lasts less than 366 days (holidays_last_at_most_a_year)
    select h.id, h.affects_all_staff, h.date as first_date, h.end_date
    from schnittwerk_core.holidays h
    where h.salon_id = p_salon_id and not h.is_recurring
      and h.date between p_from - 365 and p_until
    union all
    select
      h.id, h.affects_all_staff,
      schnittwerk_core.recurring_date(y.year, h.recurring_month, h.recurring_day),
      case when h.end_date > h.date then schnittwerk_core.recurring_end_date(h, y.year) end
    from schnittwerk_core.holidays h
    cross join generate_series(
      extract(year from p_from)::int - 1, extract(year from p_until)::int
    ) y (year)
    where h.salon_id = p_salon_id and h.is_recurring
  ) o
  cross join lateral generate_series(
    greatest(0, p_from - o.first_date),
    least(coalesce(o.end_date, o.first_date), p_until) - o.first_date
  ) d (n);
end;

comment on function schnittwerk_core.holiday_dates(uuid, date, date) is
  'One row per holiday and local date from p_from to p_until, recurring ones and ranges expanded.';

revoke execute on function schnittwerk_core.holiday_dates from public;
