create function schnittwerk_core.local_day_start(p_time_zone text, p_date date)
returns timestamptz
language sql
stable
parallel safe
return (
  -- The first of the instants at which a local date begins, also where midnight is skipped or repeated.
  select min(lower(schnittwerk_core.local_range(p_date, p_date + 1, z)))
  from unnest(schnittwerk_core.zone_offsets(p_time_zone, p_date, p_date)) z
);

comment on function schnittwerk_core.local_day_start(text, date) is
  'The first instant of a local date; null for a date that the zone skipped (Samoa, 30 December 2011).';

revoke execute on function schnittwerk_core.local_day_start from public;
