create function schnittwerk_core.time_off_range(p_time_off schnittwerk_core.staff_timeoff)
returns tstzmultirange
language sql
stable
return (
  select coalesce(range_agg(schnittwerk_core.local_range(
    (p_time_off).start_date + coalesce((p_time_off).start_time, '00:00'),
    (p_time_off).end_date + coalesce((p_time_off).end_time, '24:00'), z
  )), '{}')
  from schnittwerk_core.salon s
  cross join unnest(schnittwerk_core.zone_offsets(
    s.time_zone, (p_time_off).start_date, (p_time_off).end_date)) z
  where s.id = (p_time_off).salon_id
);

comment on function schnittwerk_core.time_off_range(schnittwerk_core.staff_timeoff) is
  'The instants of an absence.';

revoke execute on function schnittwerk_core.time_off_range from public;
