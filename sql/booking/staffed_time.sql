create function schnittwerk_core.staffed_time(
  p_starts_at timestamptz, p_ends_at timestamptz, p_steps schnittwerk_core.step[]
)
returns interval
language sql
immutable
parallel safe
return p_ends_at - p_starts_at - case when p_steps is null then interval '0' else (
  select make_interval(mins => coalesce(sum(g.minutes), 0)::int)
  from unnest(p_steps) g
  where not g.staff
) end;

comment on function schnittwerk_core.staffed_time(timestamptz, timestamptz, schnittwerk_core.step[]) is
  'How long an appointment needs its member of staff, without its gaps.';

revoke execute on function schnittwerk_core.staffed_time from public;
