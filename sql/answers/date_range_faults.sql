create function schnittwerk_core.date_range_faults(p_from date, p_to date, p_most_days int)
returns jsonb[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if not schnittwerk_core.is_known_date(p_from) or not schnittwerk_core.is_known_date(p_to) then
    return array[
      schnittwerk_core.date_fault('p_from', p_from), schnittwerk_core.date_fault('p_to', p_to)
    ];
  elsif p_to - p_from not between 0 and p_most_days - 1 then
    return array[schnittwerk_core.fault('p_to', true, 'out_of_range', format(
      'p_to must be p_from or later: at most %s days a call', p_most_days))];
  end if;
  return array[]::jsonb[];
end
$$;

comment on function schnittwerk_core.date_range_faults(date, date, int) is
  'The faults of the arguments p_from and p_to: not dates, in the wrong order, or more than p_most_days, both included.';

revoke execute on function schnittwerk_core.date_range_faults from public;
