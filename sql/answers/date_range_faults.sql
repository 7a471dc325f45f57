create function schnittwerk_core.date_range_faults(p_from date, p_to date, p_most_days int)
returns jsonb[]
language sql
stable
parallel safe
return array[
  schnittwerk_core.date_fault('p_from', p_from),
  coalesce(
    schnittwerk_core.date_fault('p_to', p_to),
    schnittwerk_core.fault(
      'p_to',
      -- an infinite date cannot be subtracted
      case when isfinite(p_from) and isfinite(p_to)
        then p_to - p_from not between 0 and p_most_days - 1 else false end,
      'out_of_range', format('p_to must be p_from or later: at most %s days a call', p_most_days))
  )
];

comment on function schnittwerk_core.date_range_faults(date, date, int) is
  'The faults of the arguments p_from and p_to: not dates, in the wrong order, or more than p_most_days, both included.';

revoke execute on function schnittwerk_core.date_range_faults from public;
