create function schnittwerk_core.stretched_needs(
  p_needs schnittwerk_core.need[],
  p_steps schnittwerk_core.step[],
  p_own_steps schnittwerk_core.step[]
)
returns schnittwerk_core.need[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    with step as (
      select
        sum(s.minutes) over earlier - s.minutes as from_minute, s.minutes,
        sum(o.minutes) over earlier - o.minutes as own_from_minute, o.minutes as own_minutes
      from unnest(p_steps) with ordinality s (minutes, staff, n)
      join unnest(p_own_steps) with ordinality o (minutes, staff, n) on o.n = s.n
      window earlier as (order by s.n)
    ),
    moved as (
      select
        d.n, d.from_minute as old_from_minute, d.pool, d.quantity,
        max(b.own_minute) filter (where b.is_from)::int as from_minute,
        max(b.own_minute) filter (where not b.is_from)::int as to_minute
      from unnest(p_needs) with ordinality d (pool, quantity, from_minute, to_minute, n)
      cross join lateral (
        select m.is_from, (
          -- Leaves a minute even to a need at the very end.
          select least(
            s.own_from_minute + round((m.minute - s.from_minute) * s.own_minutes / s.minutes),
            schnittwerk_core.total_minutes(p_own_steps) - m.is_from::int)
          from step s
          where s.from_minute <= m.minute
          order by s.from_minute desc
          limit 1
        ) as own_minute
        from (values (true, d.from_minute::numeric), (false, d.to_minute)) m (is_from, minute)
      ) b
      group by d.n, d.from_minute, d.pool, d.quantity
    )
    select array_agg(
      row(m.pool, m.quantity, m.from_minute, m.to_minute)::schnittwerk_core.need order by m.n)
    from (
      select
        m.n, m.pool, m.quantity, m.from_minute,
        case when m.to_minute is not null then least(
          greatest(m.to_minute, coalesce(m.from_minute, 0) + 1),
          lead(m.from_minute) over (partition by m.pool order by m.old_from_minute nulls first)
        ) end as to_minute
      from moved m
    ) m
    where (m.to_minute <= coalesce(m.from_minute, 0)) is not true
  );
end
$$;

comment on function schnittwerk_core.stretched_needs(schnittwerk_core.need[], schnittwerk_core.step[], schnittwerk_core.step[]) is
  'The needs of a service for a member of staff with other minutes. Each minute of a need moves with its step, from p_steps to the same step of p_own_steps, in proportion and rounded. A need lasts at least a minute, unless another need of its pool begins in that minute: then it is dropped.';

revoke execute on function schnittwerk_core.stretched_needs from public;
