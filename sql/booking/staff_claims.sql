create function schnittwerk_core.staff_claims(
  p_steps schnittwerk_core.step[], p_duration interval, p_before_minutes int, p_after_minutes int
)
returns table (claim_from interval, claim_until interval)
language sql
immutable
parallel safe
begin atomic
  select
    case when run.is_first then make_interval(mins => -p_before_minutes)
      else make_interval(mins => run.from_minute) end,
    case when run.is_last then p_duration + make_interval(mins => p_after_minutes)
      else make_interval(mins => run.until_minute) end
  from (
    select
      min(step.from_minute)::int as from_minute, max(step.until_minute)::int as until_minute,
      min(step.n) = 1 as is_first, max(step.n) = coalesce(cardinality(p_steps), 1) as is_last
    from (
      select
        s.n, s.staff,
        sum(s.minutes) over (order by s.n) - s.minutes as from_minute,
        sum(s.minutes) over (order by s.n) as until_minute,
        s.n - row_number() over (partition by s.staff order by s.n) as run
      from unnest(coalesce(p_steps, array[row(0, true)::schnittwerk_core.step]))
        with ordinality s (minutes, staff, n)
    ) step
    where step.staff
    group by step.run
  ) run;
end;

comment on function schnittwerk_core.staff_claims(schnittwerk_core.step[], interval, int, int) is
  'What an appointment claims of its member of staff, as times after its start: each run of steps that need them, the first and the last widened by the buffers in minutes. p_steps: null means one run of p_duration.';

revoke execute on function schnittwerk_core.staff_claims from public;
