create function schnittwerk_core.stretched_steps(p_steps schnittwerk_core.step[], p_minutes int)
returns schnittwerk_core.step[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select array_agg(row(o.minutes, o.staff)::schnittwerk_core.step order by o.n)
    from (
      select
        e.n, e.staff,
        case when e.staff then e.until_minute - lag(e.until_minute, 1, 0) over staff_steps
          else e.minutes end as minutes
      from (
        select
          s.n, s.minutes, s.staff,
          -- The minutes with staff up to this step, in proportion and rounded half up, but at least
          -- one for this step and for each of those that follow.
          least(
            s.number + greatest(0, max(
              (2 * s.until_minute * s.wanted + s.total) / (2 * s.total) - s.number
            ) over (partition by s.staff order by s.n)),
            s.wanted - s.count + s.number
          )::int as until_minute
        from (
          select
            s.n, s.minutes, s.staff,
            row_number() over staff_steps as number,
            sum(s.minutes) over staff_steps as until_minute,
            count(*) over (partition by s.staff) as count,
            sum(s.minutes) over (partition by s.staff) as total,
            p_minutes - coalesce(sum(s.minutes) filter (where not s.staff) over (), 0) as wanted
          from unnest(p_steps) with ordinality s (minutes, staff, n)
          window staff_steps as (partition by s.staff order by s.n)
        ) s
      ) e
      window staff_steps as (partition by e.staff order by e.n)
    ) o
  );
end
$$;

comment on function schnittwerk_core.stretched_steps(schnittwerk_core.step[], int) is
  'The steps of a member of staff who takes p_minutes for a service. Gaps keep their length. The steps with staff share the difference in proportion, by cumulative rounding, each at least a minute. p_minutes must be at least the gaps and a minute for each step with staff.';

revoke execute on function schnittwerk_core.stretched_steps from public;
