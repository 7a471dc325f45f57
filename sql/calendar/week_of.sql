create function schnittwerk_core.week_of(p_date date)
returns date
language sql
immutable
parallel safe
return date_trunc('week', p_date::timestamp)::date;

comment on function schnittwerk_core.week_of(date) is 'The Monday of a date''s week.';

revoke execute on function schnittwerk_core.week_of from public;
