create function schnittwerk_core.set_service_resources(
  p_service_id uuid,
  p_needs jsonb,
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
    'set_service_resources', p_salon_id, '{admin}');
  v_faults jsonb[];
  v_service schnittwerk_core.services;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    select array_agg(f.fault) into v_faults
    from schnittwerk_core.list_items('p_needs', p_needs) i
    cross join lateral unnest(
      schnittwerk_core.object_faults(i.path, i.value, '{pool,quantity,from_minute,to_minute}')
      || array[
        coalesce(
          schnittwerk_core.json_fault(
            i.path || '.pool', i.value -> 'pool', 'string', jsonb_typeof(i.value) = 'object'),
          schnittwerk_core.line_fault(
            i.path || '.pool', i.value ->> 'pool', 200, jsonb_typeof(i.value) = 'object')
        ),
        schnittwerk_core.json_number_fault(
          i.path || '.quantity', i.value -> 'quantity', 1, 100, false),
        schnittwerk_core.json_number_fault(
          i.path || '.from_minute', i.value -> 'from_minute', 0, 1439, false),
        schnittwerk_core.json_number_fault(
          i.path || '.to_minute', i.value -> 'to_minute', 1, 1440, false)
      ]
    ) f (fault);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_service_id', p_service_id is null),
        schnittwerk_core.json_fault('p_needs', p_needs, 'array', true),
        schnittwerk_core.fault(
          'p_needs',
          coalesce(jsonb_typeof(p_needs) = 'array' and jsonb_array_length(p_needs) > 24, false),
          'too_many', 'p_needs must have at most 24 items')
      ] || v_faults
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
      v_service.needs := schnittwerk_core.json_needs(p_needs);
      perform schnittwerk_core.require_valid(
        variadic schnittwerk_core.need_faults('p_needs', v_service));
      update schnittwerk_core.services as v
      set needs = v_service.needs
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

comment on function schnittwerk_core.set_service_resources(uuid, jsonb, uuid) is
  'Engine of schnittwerk.set_service_resources.';

revoke execute on function schnittwerk_core.set_service_resources from public;
grant execute on function schnittwerk_core.set_service_resources
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_service_resources(
  p_service_id uuid,
  p_needs jsonb,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_service_resources(p_service_id, p_needs, p_salon_id);

comment on function schnittwerk.set_service_resources(uuid, jsonb, uuid) is
  'Replaces what a service needs of pools of rooms and equipment. Answers {"service"}. Where a member of staff takes other minutes, the minutes of a need move with their steps. Existing appointments keep their units. For admins. p_needs: [{"pool", "quantity"?, "from_minute"?, "to_minute"?}], at most 24; an empty list means none. pool is one of save_resource. quantity is 1 to 100, by default 1, and at most the number of active units in the pool. from_minute and to_minute count from the start of the appointment; the defaults are 0 and the end. Without either the need covers the whole appointment and its buffers. Needs of one pool must not overlap in time. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_service_resources from public;
grant execute on function schnittwerk.set_service_resources
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
