create function schnittwerk_core.week_of(p_date date)
returns date
language sql
immutable
parallel safe
return p_date - (extract(isodow from p_date)::int - 1);

comment on function schnittwerk_core.week_of(date) is 'The Monday of a date''s week.';

revoke execute on function schnittwerk_core.week_of from public;
