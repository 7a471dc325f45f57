create function schnittwerk_core.staff_steps(
  p_service schnittwerk_core.services, p_staff_service schnittwerk_core.staff_services
)
returns schnittwerk_core.step[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return case
    when p_service.steps is null then null
    when p_staff_service.steps is not null then p_staff_service.steps
    when p_staff_service.estimated_duration_minutes <> p_service.duration_minutes
      then schnittwerk_core.stretched_steps(
        p_service.steps, p_staff_service.estimated_duration_minutes)
    else p_service.steps
  end;
end
$$;

comment on function schnittwerk_core.staff_steps(schnittwerk_core.services, schnittwerk_core.staff_services) is
  'The steps of a service for a member of staff who performs it: their own, or the service''s, stretched to their minutes. Null = one step.';

revoke execute on function schnittwerk_core.staff_steps from public;

create function schnittwerk_core.staff_needs(
  p_service schnittwerk_core.services, p_staff_service schnittwerk_core.staff_services
)
returns schnittwerk_core.need[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_service.needs is not null and (
    p_staff_service.estimated_duration_minutes <> p_service.duration_minutes
    or p_staff_service.steps <> p_service.steps
  ) then
    return schnittwerk_core.stretched_needs(
      p_service.needs,
      coalesce(
        p_service.steps,
        array[row(p_service.duration_minutes, true)::schnittwerk_core.step]),
      coalesce(
        schnittwerk_core.staff_steps(p_service, p_staff_service),
        array[row(
          p_staff_service.estimated_duration_minutes, true)::schnittwerk_core.step]));
  end if;
  return p_service.needs;
end
$$;

comment on function schnittwerk_core.staff_needs(schnittwerk_core.services, schnittwerk_core.staff_services) is
  'What a service needs of pools when a member of staff performs it: the service''s needs, moved with their steps. Null = nothing.';

revoke execute on function schnittwerk_core.staff_needs from public;
