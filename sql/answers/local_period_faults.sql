create function schnittwerk_core.local_period_faults(
  p_start_date date, p_end_date date, p_start_time time, p_end_time time, p_what text
)
returns jsonb[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_end_date constant date := coalesce(p_end_date, p_start_date);
begin
  return array[
    schnittwerk_core.date_fault('p_start_date', p_start_date),
    schnittwerk_core.date_fault('p_end_date', p_end_date, false),
    schnittwerk_core.local_time_fault('p_start_time', p_start_time),
    schnittwerk_core.local_time_fault('p_end_time', p_end_time),
    schnittwerk_core.fault(
      case when v_end_date < p_start_date or p_end_time is null
        then 'p_end_date' else 'p_end_time' end,
      coalesce(
        -- Adding a time of day to a date near the limits raises an error.
        greatest(v_end_date, p_start_date) < '3000-01-01'
        and v_end_date + coalesce(p_end_time, '24:00')
          <= p_start_date + coalesce(p_start_time, '00:00'),
        false
      ),
      'not_after_start', p_what || ' must end after its start')
  ];
end
$$;

comment on function schnittwerk_core.local_period_faults(date, date, time, time, text) is
  'The faults of the arguments p_start_date, p_end_date, p_start_time and p_end_time, from a local time of one date to that of another. p_what: the subject of the message.';

revoke execute on function schnittwerk_core.local_period_faults from public;
