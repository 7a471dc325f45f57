create function schnittwerk_core.waitlist_faults(
  p_prefix text, p_entry schnittwerk_core.waitlist
)
returns jsonb[]
language sql
stable
return array[
  schnittwerk_core.date_fault(p_prefix || 'preferred_start_date', (p_entry).preferred_start_date),
  coalesce(
    schnittwerk_core.date_fault(p_prefix || 'preferred_end_date', (p_entry).preferred_end_date),
    -- Infinite dates cannot be subtracted.
    case when isfinite((p_entry).preferred_start_date) and isfinite((p_entry).preferred_end_date)
      then schnittwerk_core.fault(
        p_prefix || 'preferred_end_date',
        (p_entry).preferred_end_date - (p_entry).preferred_start_date not between 0 and 730,
        'out_of_range',
        p_prefix || 'preferred_end_date must be the first date or later, by at most 730 days') end
  ),
  coalesce(
    schnittwerk_core.array_fault(
      p_prefix || 'preferred_times', (p_entry).preferred_times, 96),
    schnittwerk_core.fault(
      p_prefix || 'preferred_times',
      (p_entry).preferred_times is not null and (
        cardinality((p_entry).preferred_times) = 0
        or exists (
          select from unnest((p_entry).preferred_times) t (time)
          where extract(second from t.time) <> 0 or t.time = '24:00'
        )
      ),
      'out_of_range', p_prefix || 'preferred_times must be 1 to 96 local starts, whole minutes')
  ),
  coalesce(
    schnittwerk_core.array_fault(
      p_prefix || 'preferred_days', (p_entry).preferred_days, 7),
    schnittwerk_core.fault(
      p_prefix || 'preferred_days',
      (p_entry).preferred_days is not null and (
        cardinality((p_entry).preferred_days) = 0
        or exists (
          select from unnest((p_entry).preferred_days) d (day)
          where d.day not between 0 and 6
        )
      ),
      'out_of_range', p_prefix || 'preferred_days must be 1 to 7 weekdays from 0 (Sunday) to 6')
  ),
  schnittwerk_core.number_fault(p_prefix || 'priority', (p_entry).priority, 0, 10),
  schnittwerk_core.text_fault(p_prefix || 'notes', (p_entry).notes, 2000, false)
];

comment on function schnittwerk_core.waitlist_faults(text, schnittwerk_core.waitlist) is
  'The faults of a waitlist entry, with p_prefix before the names of the arguments.';

revoke execute on function schnittwerk_core.waitlist_faults from public;
