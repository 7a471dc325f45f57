create function schnittwerk_core.gap_time(p_steps schnittwerk_core.step[])
returns interval
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select make_interval(mins => coalesce(sum(s.minutes), 0)::int)
    from unnest(p_steps) s
    where not s.staff
  );
end
$$;

comment on function schnittwerk_core.gap_time(schnittwerk_core.step[]) is
  'How long a service with these steps does not need its member of staff.';

revoke execute on function schnittwerk_core.gap_time from public;

create function schnittwerk_core.staffed_time(
  p_starts_at timestamptz, p_ends_at timestamptz, p_steps schnittwerk_core.step[]
)
returns interval
language sql
immutable
parallel safe
return p_ends_at - p_starts_at
  - case when p_steps is null then interval '0' else schnittwerk_core.gap_time(p_steps) end;

comment on function schnittwerk_core.staffed_time(timestamptz, timestamptz, schnittwerk_core.step[]) is
  'How long an appointment needs its member of staff, without its gaps.';

revoke execute on function schnittwerk_core.staffed_time from public;
