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
    )
    select array_agg(
      row(
        d.pool, d.quantity, moved.from_minute,
        case when d.to_minute is not null
          then greatest(moved.to_minute, coalesce(moved.from_minute, 0) + 1) end
      )::schnittwerk_core.need
      order by d.n
    )
    from unnest(p_needs) with ordinality d (pool, quantity, from_minute, to_minute, n)
    cross join lateral (
      select
        max(m.minute) filter (where m.is_from)::int as from_minute,
        max(m.minute) filter (where not m.is_from)::int as to_minute
      from (
        select b.is_from, (
          select s.own_from_minute + round((b.minute - s.from_minute) * s.own_minutes / s.minutes)
          from step s
          where s.from_minute <= b.minute
          order by s.from_minute desc
          limit 1
        ) as minute
        from (values (true, d.from_minute::numeric), (false, d.to_minute)) b (is_from, minute)
      ) m
    ) moved
  );
end
$$;

comment on function schnittwerk_core.stretched_needs(schnittwerk_core.need[], schnittwerk_core.step[], schnittwerk_core.step[]) is
  'The needs of a service for a member of staff with other minutes: each minute moves with its step, from p_steps to the same step of p_own_steps, in proportion and rounded.';

revoke execute on function schnittwerk_core.stretched_needs from public;
