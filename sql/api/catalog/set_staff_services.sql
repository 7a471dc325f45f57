create function schnittwerk_core.set_staff_services(
  p_staff_id uuid, p_services jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_staff_services', p_salon_id, '{admin}');
  v_faults jsonb[];
  v_change schnittwerk_core.open_time_change;
  v_result jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    select array_agg(f.fault) into v_faults
    from schnittwerk_core.list_items('p_services', p_services) i
    cross join lateral unnest(
      schnittwerk_core.object_faults(
        i.path, i.value, '{service_id,custom_price,estimated_duration_minutes,steps}')
      || array[
        schnittwerk_core.json_fault(
          i.path || '.service_id', i.value -> 'service_id', 'uuid',
          jsonb_typeof(i.value) = 'object'),
        schnittwerk_core.fault(
          i.path || '.service_id',
          exists (
            select from schnittwerk_core.list_items('p_services', p_services) e
            where e.n < i.n and lower(e.value ->> 'service_id') = lower(i.value ->> 'service_id')
          ),
          'duplicate', i.path || '.service_id is in the list twice'),
        coalesce(
          schnittwerk_core.json_fault(
            i.path || '.custom_price', i.value -> 'custom_price', 'number'),
          schnittwerk_core.price_fault(
            i.path || '.custom_price',
            schnittwerk_core.json_number(i.value -> 'custom_price'), false)
        ),
        schnittwerk_core.json_number_fault(
          i.path || '.estimated_duration_minutes',
          i.value -> 'estimated_duration_minutes', 1, 1440, false),
        schnittwerk_core.fault(
          i.path || '.estimated_duration_minutes',
          coalesce(
            schnittwerk_core.json_number(i.value -> 'estimated_duration_minutes') <> (
              select sum(schnittwerk_core.json_number(s.value -> 'minutes'))
              from schnittwerk_core.list_items('', i.value -> 'steps') s
            ), false),
          'not_the_sum',
          i.path || '.estimated_duration_minutes must be the sum of the steps, or be left out')
      ]
      || schnittwerk_core.step_faults(i.path || '.steps', i.value -> 'steps')
    ) f (fault);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
        schnittwerk_core.json_fault('p_services', p_services, 'array', true)
      ] || v_faults
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
      if exists (
        select from jsonb_array_elements(p_services) s (value)
        where not exists (
          select from schnittwerk_core.services v
          where v.salon_id = v_caller.salon_id and v.id = (s.value ->> 'service_id')::uuid
        )
      ) then
        perform schnittwerk_core.refuse('not_found', 'There is no such service');
      end if;

      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id, array[p_staff_id]);
      delete from schnittwerk_core.staff_services p
      where p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id;
      insert into schnittwerk_core.staff_services (
        salon_id, service_id, staff_id, custom_price, estimated_duration_minutes, steps
      )
      select
        v_caller.salon_id,
        (s.value ->> 'service_id')::uuid,
        p_staff_id,
        (s.value ->> 'custom_price')::numeric,
        coalesce(
          schnittwerk_core.total_minutes(own.steps),
          (s.value ->> 'estimated_duration_minutes')::numeric::int),
        own.steps
      from jsonb_array_elements(p_services) s (value)
      cross join lateral schnittwerk_core.json_steps(s.value -> 'steps') own (steps);
      perform schnittwerk_core.require_valid(variadic array(
        select case
          when cardinality(p.steps) <> cardinality(v.steps) then schnittwerk_core.fault(
            i.path || '.steps', true, 'not_as_many_steps', format(
              '%s.steps must be %s, as many as the service has', i.path, cardinality(v.steps)))
          when p.steps is not null and v.steps is null then schnittwerk_core.fault(
            i.path || '.steps', true, 'not_as_many_steps',
            i.path || '.steps must be left out: the service has none (set_service_steps)')
          when p.steps is null then schnittwerk_core.fault(
            i.path || '.estimated_duration_minutes',
            coalesce(p.estimated_duration_minutes < least.minutes, false), 'too_short',
            format('%s.estimated_duration_minutes must be at least %s: the gaps of the service, '
              'and a minute for each step with staff', i.path, least.minutes))
        end
        from schnittwerk_core.list_items('p_services', p_services) i
        join schnittwerk_core.staff_services p
          on p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id
          and p.service_id = (i.value ->> 'service_id')::uuid
        join schnittwerk_core.services v on v.salon_id = p.salon_id and v.id = p.service_id
        cross join lateral schnittwerk_core.least_minutes(v.steps) least (minutes)
        order by i.n
      ));

      select coalesce(jsonb_agg(to_jsonb(p) order by p.service_id), '[]') into v_result
      from schnittwerk_core.staff_services p
      where p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id;
      v_caller.answer := schnittwerk_core.success(
        'staff_services', v_result)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_staff_services(uuid, jsonb, uuid) is
  'Engine of schnittwerk.set_staff_services.';

revoke execute on function schnittwerk_core.set_staff_services from public;
grant execute on function schnittwerk_core.set_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_staff_services(
  p_staff_id uuid, p_services jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_staff_services(p_staff_id, p_services, p_salon_id);

comment on function schnittwerk.set_staff_services(uuid, jsonb, uuid) is
  'Replaces the services that a member of staff performs. Answers {"staff_services", "affected_appointments"}. affected_appointments lists the appointments that they can no longer perform, in the form of list_affected_appointments. For admins. p_services: [{"service_id", "custom_price"?, "estimated_duration_minutes"?, "steps"?}], at most 1000; an empty list means none. What is absent or null is as in the service. custom_price is in the salon''s currency, estimated_duration_minutes is 1 to 1440. steps are [{"minutes", "staff"}], as many as the service has; the duration is then their sum. Without own steps the service''s steps with staff are stretched to the duration, which must be at least the gaps and one minute for each other step. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_staff_services from public;
grant execute on function schnittwerk.set_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
