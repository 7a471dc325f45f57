create type schnittwerk_core.step as (minutes int, staff boolean);

comment on type schnittwerk_core.step is
  'A step of a service: how many minutes it takes, and whether it needs the member of staff (staff). In a step that does not, a gap, they can serve somebody else.';

create function schnittwerk_core.total_minutes(p_steps schnittwerk_core.step[])
returns int
language sql
immutable
parallel safe
return (select sum(s.minutes)::int from unnest(p_steps) s);

comment on function schnittwerk_core.total_minutes(schnittwerk_core.step[]) is
  'The minutes that steps take together; null for null.';

revoke execute on function schnittwerk_core.total_minutes from public;

create function schnittwerk_core.steps_begin_and_end_with_staff(p_steps schnittwerk_core.step[])
returns boolean
language sql
immutable
parallel safe
return (
  select count(*) between 1 and 24
    and bool_and(coalesce(s.minutes between 1 and 1440 and s.staff is not null, false))
    and bool_and(s.staff) filter (where s.n in (1, cardinality(p_steps)))
  from unnest(p_steps) with ordinality s (minutes, staff, n)
) or p_steps is null;

comment on function schnittwerk_core.steps_begin_and_end_with_staff(schnittwerk_core.step[]) is
  'Whether steps are possible: 1 to 24 of 1 to 1440 minutes each, the first and the last with the member of staff. Null (a service of one step) is possible.';

revoke execute on function schnittwerk_core.steps_begin_and_end_with_staff from public;

create function schnittwerk_core.least_minutes(p_steps schnittwerk_core.step[])
returns int
language sql
immutable
parallel safe
return (select sum(case when s.staff then 1 else s.minutes end)::int from unnest(p_steps) s);

comment on function schnittwerk_core.least_minutes(schnittwerk_core.step[]) is
  'The fewest minutes to which steps can be stretched: their gaps, and a minute for each step with staff; null for null.';

revoke execute on function schnittwerk_core.least_minutes from public;
