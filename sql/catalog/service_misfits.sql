create function schnittwerk_core.service_misfits(
  p_path text, p_service schnittwerk_core.services
)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_least constant int := schnittwerk_core.least_minutes(p_service.steps);
begin
  return array(
    select schnittwerk_core.fault(
      p_path, true, 'shorter_than_needs',
      format('It would take %s minutes, but needs "%s" up to minute %s: '
        'call set_service_resources first', p_service.duration_minutes, d.pool, d.until_minute))
    from (
      select d.pool, greatest(d.from_minute + 1, d.to_minute) as until_minute
      from unnest(p_service.needs) d
    ) d
    where d.until_minute > p_service.duration_minutes
  ) || array(
    select schnittwerk_core.fault(
      p_path, true, 'too_short_for_staff',
      format('%s performs it in %s minutes, but the gaps and a minute for each step with staff '
        'take %s: call set_staff_services first',
        m.full_name, p.estimated_duration_minutes, v_least))
    from schnittwerk_core.staff_services p
    join schnittwerk_core.staff m on m.salon_id = p.salon_id and m.id = p.staff_id
    where p.salon_id = p_service.salon_id and p.service_id = p_service.id
      and p.steps is null and p.estimated_duration_minutes < v_least
    order by m.id
  );
end
$$;

comment on function schnittwerk_core.service_misfits(text, schnittwerk_core.services) is
  'The faults that the argument p_path would give a service: shorter than its needs, or with steps that do not fit the minutes of a member of staff.';

revoke execute on function schnittwerk_core.service_misfits from public;
