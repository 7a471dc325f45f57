create function schnittwerk_core.time_text(p_time time)
returns text
language sql
immutable
parallel safe
return to_char(p_time::interval, 'HH24:MI');

comment on function schnittwerk_core.time_text(time) is
  'A local time of day as HH:MM, up to 24:00.';

revoke execute on function schnittwerk_core.time_text from public;
