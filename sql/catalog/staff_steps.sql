create function schnittwerk_core.staff_steps(
  p_steps schnittwerk_core.step[],
  p_minutes int,
  p_own_steps schnittwerk_core.step[],
  p_own_minutes int
)
returns schnittwerk_core.step[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return case
    when p_steps is null then null
    when p_own_steps is not null then p_own_steps
    when p_own_minutes <> p_minutes
      then schnittwerk_core.stretched_steps(p_steps, p_own_minutes)
    else p_steps
  end;
end
$$;

comment on function schnittwerk_core.staff_steps(schnittwerk_core.step[], int, schnittwerk_core.step[], int) is
  'The steps of a service for a member of staff who performs it: their own, or the service''s, stretched to their minutes. Null = one step. p_own_steps, p_own_minutes: null where they have none of their own.';

revoke execute on function schnittwerk_core.staff_steps from public;

create function schnittwerk_core.staff_needs(
  p_needs schnittwerk_core.need[],
  p_steps schnittwerk_core.step[],
  p_minutes int,
  p_own_steps schnittwerk_core.step[],
  p_own_minutes int
)
returns schnittwerk_core.need[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_needs is not null and (p_own_minutes <> p_minutes or p_own_steps <> p_steps) then
    return schnittwerk_core.stretched_needs(
      p_needs,
      coalesce(p_steps, array[row(p_minutes, true)::schnittwerk_core.step]),
      coalesce(
        schnittwerk_core.staff_steps(p_steps, p_minutes, p_own_steps, p_own_minutes),
        array[row(p_own_minutes, true)::schnittwerk_core.step]));
  end if;
  return p_needs;
end
$$;

comment on function schnittwerk_core.staff_needs(schnittwerk_core.need[], schnittwerk_core.step[], int, schnittwerk_core.step[], int) is
  'What a service needs of pools when a member of staff performs it: the service''s needs, moved with their steps. Null = nothing.';

revoke execute on function schnittwerk_core.staff_needs from public;
