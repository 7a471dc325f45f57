create function schnittwerk_core.with_recurrence(p_holiday schnittwerk_core.holidays)
returns schnittwerk_core.holidays
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_holiday.is_recurring and isfinite(p_holiday.date) then
    p_holiday.recurring_month :=
      coalesce(p_holiday.recurring_month, extract(month from p_holiday.date)::int);
    p_holiday.recurring_day :=
      coalesce(p_holiday.recurring_day, extract(day from p_holiday.date)::int);
  end if;
  return p_holiday;
end
$$;

comment on function schnittwerk_core.with_recurrence(schnittwerk_core.holidays) is
  'The holiday; if it is recurring and its month and day are not given, with those of its date.';

revoke execute on function schnittwerk_core.with_recurrence from public;
