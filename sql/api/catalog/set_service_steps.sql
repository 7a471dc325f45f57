create function schnittwerk_core.set_service_steps(
  p_service_id uuid,
  p_steps jsonb,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_service_steps', p_salon_id, '{admin}');
  v_steps schnittwerk_core.step[];
  v_service schnittwerk_core.services;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_service_id', p_service_id is null)
      ] || schnittwerk_core.step_faults('p_steps', p_steps)
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.lock_staff(v_caller.salon_id);
      select v.* into v_service
      from schnittwerk_core.services v
      where v.salon_id = v_caller.salon_id and v.id = p_service_id;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such service');
      end if;
      v_steps := schnittwerk_core.json_steps(p_steps);
      v_service.duration_minutes := coalesce(
        schnittwerk_core.total_minutes(v_steps), v_service.duration_minutes);
      -- A single step means the same as no steps, which are faster to list and to book.
      v_service.steps := case when cardinality(v_steps) > 1 then v_steps end;
      update schnittwerk_core.staff_services p
      set steps = null
      where p.salon_id = v_caller.salon_id and p.service_id = p_service_id
        and cardinality(p.steps) is distinct from cardinality(v_service.steps)
        and p.steps is not null;
      perform schnittwerk_core.require_valid(
        variadic schnittwerk_core.service_misfits('p_steps', v_service));
      update schnittwerk_core.services as v
      set steps = v_service.steps, duration_minutes = v_service.duration_minutes
      where v.salon_id = v_caller.salon_id and v.id = p_service_id;
      v_caller.answer := schnittwerk_core.success(
        'service', schnittwerk_core.service_json(v_service));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_service_steps(uuid, jsonb, uuid) is
  'Engine of schnittwerk.set_service_steps.';

revoke execute on function schnittwerk_core.set_service_steps from public;
grant execute on function schnittwerk_core.set_service_steps
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_service_steps(
  p_service_id uuid,
  p_steps jsonb,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_service_steps(p_service_id, p_steps, p_salon_id);

comment on function schnittwerk.set_service_steps(uuid, jsonb, uuid) is
  'Sets the steps of a service, whose duration becomes their sum. Answers {"service"}. Where a member of staff takes other minutes, gaps keep their length and the other steps share the difference. If the number of steps changes, members of staff lose their own steps and keep the sum as their estimated duration. Existing appointments keep their steps. For admins. p_steps: [{"minutes", "staff"}] in order, 1 to 24 steps of 1 to 1440 minutes, 1440 in all. staff false is a gap, in which the member of staff can serve somebody else; the first and the last step cannot be gaps. Null, or a single step, means one step of the whole duration. Steps that do not fit a member of staff''s minutes, or that are shorter than what the service needs of a pool, are invalid_input. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_service_steps from public;
grant execute on function schnittwerk.set_service_steps
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
