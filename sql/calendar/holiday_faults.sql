create function schnittwerk_core.holiday_faults(
  p_prefix text, p_holiday schnittwerk_core.holidays, p_staff_ids uuid[]
)
returns jsonb[]
language sql
stable
return array[
  schnittwerk_core.line_fault(p_prefix || 'name', (p_holiday).name),
  schnittwerk_core.date_fault(p_prefix || 'date', (p_holiday).date),
  coalesce(
    schnittwerk_core.date_fault(p_prefix || 'end_date', (p_holiday).end_date, false),
    -- an infinite date cannot be subtracted
    case when isfinite((p_holiday).date) and isfinite((p_holiday).end_date)
      then schnittwerk_core.fault(
        p_prefix || 'end_date',
        (p_holiday).end_date - (p_holiday).date not between 0 and 365, 'out_of_range',
        p_prefix || 'end_date must be the date or later, by less than 366 days') end
  ),
  schnittwerk_core.fault(
    p_prefix || 'type',
    (p_holiday).type not in ('public_holiday', 'blackout_date', 'maintenance'), 'unknown_type',
    p_prefix || 'type must be public_holiday, blackout_date or maintenance'),
  schnittwerk_core.text_fault(p_prefix || 'description', (p_holiday).description, 2000, false),
  schnittwerk_core.required_fault(
    p_prefix || 'is_recurring', (p_holiday).is_recurring is null),
  schnittwerk_core.number_fault(
    p_prefix || 'recurring_month', (p_holiday).recurring_month, 1, 12, false),
  schnittwerk_core.fault(
    p_prefix || 'recurring_month',
    (p_holiday).is_recurring is false and (p_holiday).recurring_month is not null,
    'not_recurring', p_prefix || 'recurring_month is for recurring holidays only'),
  schnittwerk_core.fault(
    p_prefix || 'recurring_day',
    coalesce(
      (p_holiday).recurring_day not between 1 and coalesce(
        ('{31,29,31,30,31,30,31,31,30,31,30,31}'::int[])[(p_holiday).recurring_month], 31),
      false
    ),
    'no_such_day',
    format('%srecurring_day: month %s has no day %s',
      p_prefix, (p_holiday).recurring_month, (p_holiday).recurring_day)),
  schnittwerk_core.fault(
    p_prefix || 'recurring_day',
    (p_holiday).is_recurring is false and (p_holiday).recurring_day is not null,
    'not_recurring', p_prefix || 'recurring_day is for recurring holidays only'),
  schnittwerk_core.required_fault(
    p_prefix || 'affects_all_staff', (p_holiday).affects_all_staff is null),
  schnittwerk_core.fault(
    p_prefix || 'staff_ids',
    (p_holiday).affects_all_staff is true and cardinality(p_staff_ids) > 0, 'not_staff_specific',
    p_prefix || 'staff_ids are for holidays with affects_all_staff false only'),
  schnittwerk_core.fault(
    p_prefix || 'staff_ids',
    (p_holiday).affects_all_staff is false and cardinality(p_staff_ids) = 0, 'required',
    p_prefix || 'staff_ids must name the staff of a holiday that does not affect all staff'),
  schnittwerk_core.array_fault(p_prefix || 'staff_ids', p_staff_ids, 1000)
];

comment on function schnittwerk_core.holiday_faults(text, schnittwerk_core.holidays, uuid[]) is
  'The faults of a holiday and the staff linked to it (an empty list = none), by argument names that begin with p_prefix.';

revoke execute on function schnittwerk_core.holiday_faults from public;
