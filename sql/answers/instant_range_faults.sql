create function schnittwerk_core.instant_range_faults(
  p_from timestamptz, p_to timestamptz, p_most_days int
)
returns jsonb[]
language sql
stable
parallel safe
return array(
  select coalesce(
    schnittwerk_core.required_fault(i.path, i.value is null),
    schnittwerk_core.fault(
      i.path, i.value not between '1900-01-01 00:00+00' and '3000-01-01 00:00+00',
      'out_of_range', i.path || ' must be from 1900 to 2999'),
    schnittwerk_core.fault(
      i.path,
      coalesce(
        i.path = 'p_to'
        -- Adding to an instant near the limits of the type raises an error.
        and p_from between '1900-01-01 00:00+00' and '3000-01-01 00:00+00'
        and (p_to <= p_from or p_to > p_from + make_interval(hours => 24 * p_most_days)),
        false
      ),
      'out_of_range', format('p_to must be after p_from: at most %s days a call', p_most_days))
  )
  from (values ('p_from', p_from), ('p_to', p_to)) i (path, value)
);

comment on function schnittwerk_core.instant_range_faults(timestamptz, timestamptz, int) is
  'The faults of the arguments p_from and p_to if they are instants: in the wrong order, or more than p_most_days apart.';

revoke execute on function schnittwerk_core.instant_range_faults from public;
