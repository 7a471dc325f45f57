create type schnittwerk_core.zone_offset as (
  during tstzrange,
  utc_offset interval
);

comment on type schnittwerk_core.zone_offset is
  'A stretch of time in which a zone''s offset from UTC stays the same.';

create function schnittwerk_core.utc_offset(p_time_zone text, p_instant timestamptz)
returns interval
language sql
stable
parallel safe
return (p_instant at time zone p_time_zone) - (p_instant at time zone 'UTC');

comment on function schnittwerk_core.utc_offset(text, timestamptz) is
  'What a zone''s clocks show at an instant, minus UTC.';

revoke execute on function schnittwerk_core.utc_offset from public;
