create type schnittwerk_core.need as (pool text, quantity int, from_minute int, to_minute int);

comment on type schnittwerk_core.need is
  'What a service needs of a pool: how many of its units, from which minute after the start to which. Without minutes they are needed for the whole appointment and its buffers.';

create function schnittwerk_core.needs_are_possible(
  p_needs schnittwerk_core.need[], p_minutes int
)
returns boolean
language sql
immutable
parallel safe
return (
  with need as (
    select
      d.n, d.pool, d.quantity, coalesce(d.from_minute, 0) as from_minute,
      coalesce(d.to_minute, p_minutes) as to_minute
    from unnest(p_needs) with ordinality d (pool, quantity, from_minute, to_minute, n)
  )
  select
    count(*) between 1 and 24
    and bool_and(coalesce(
      schnittwerk_core.is_line(d.pool) and d.quantity between 1 and 100
      and d.from_minute >= 0 and d.from_minute < d.to_minute and d.to_minute <= p_minutes
      and not exists (
        select from need e
        where e.n < d.n and e.pool = d.pool
          and e.from_minute < d.to_minute and d.from_minute < e.to_minute
      ), false))
  from need d
) or p_needs is null;

comment on function schnittwerk_core.needs_are_possible(schnittwerk_core.need[], int) is
  'Whether an appointment of p_minutes can have these needs: 1 to 24, each of 1 to 100 units and within its minutes, and no two needs of one pool at the same time. Null (no needs) is possible.';

revoke execute on function schnittwerk_core.needs_are_possible from public;
