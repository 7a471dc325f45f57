create function schnittwerk_core.local_range(
  p_start timestamp, p_end timestamp, p_offset schnittwerk_core.zone_offset
)
returns tstzrange
language sql
immutable
parallel safe
return tstzrange(
  (p_start - (p_offset).utc_offset) at time zone 'UTC',
  (p_end - (p_offset).utc_offset) at time zone 'UTC'
) * (p_offset).during;

comment on function schnittwerk_core.local_range(timestamp, timestamp, schnittwerk_core.zone_offset) is
  'The instants of one stretch of constant offset at which local clocks show a time in [p_start, p_end); may be empty.';

revoke execute on function schnittwerk_core.local_range from public;
