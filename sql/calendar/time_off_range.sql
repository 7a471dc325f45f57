create function schnittwerk_core.time_off_range(
  p_time_off schnittwerk_core.staff_timeoff, p_offset schnittwerk_core.zone_offset
)
returns tstzrange
language sql
immutable
parallel safe
return schnittwerk_core.local_range(
  (p_time_off).start_date + coalesce((p_time_off).start_time, '00:00'),
  (p_time_off).end_date + coalesce((p_time_off).end_time, '24:00'),
  p_offset
);

comment on function schnittwerk_core.time_off_range(schnittwerk_core.staff_timeoff, schnittwerk_core.zone_offset) is
  'The instants of one stretch of constant offset that time off takes; may be empty.';

revoke execute on function schnittwerk_core.time_off_range from public;
