create function schnittwerk_core.save_resource(
  p_name text,
  p_kind text,
  p_pool text,
  p_is_active boolean,
  p_id uuid,
  p_clear text[],
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
    'save_resource', p_salon_id, '{admin}');
  v_before schnittwerk_core.unit;
  v_unit schnittwerk_core.unit;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    p_name := schnittwerk_core.line(p_name);
    p_pool := schnittwerk_core.line(p_pool);
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.line_fault('p_name', p_name, 200, p_id is null),
      schnittwerk_core.fault(
        'p_kind', coalesce(p_kind not in ('room', 'equipment'), false), 'unknown_kind',
        'p_kind must be room or equipment'),
      schnittwerk_core.line_fault('p_pool', p_pool, 200, false),
      schnittwerk_core.clear_fault(p_clear, p_id, '{}')
    );
  end if;
  if v_caller.answer is null then
    begin
      if p_id is null then
        insert into schnittwerk_core.unit as u (salon_id, name, kind, pool, is_active)
        values (
          v_caller.salon_id, p_name, coalesce(p_kind, 'room'), coalesce(p_pool, p_name),
          coalesce(p_is_active, true)
        )
        returning u.* into v_unit;
        v_caller.answer := jsonb '{"moved_appointments": [], "affected_appointments": []}';
      else
        perform schnittwerk_core.begin_unit_change(v_caller.salon_id, p_id);
        select u.* into v_before
        from schnittwerk_core.unit u
        where u.salon_id = v_caller.salon_id and u.id = p_id;
        if not found then
          perform schnittwerk_core.refuse('not_found', 'There is no such resource');
        end if;
        -- The kind of the unit follows.
        update schnittwerk_core.resource r
        set kind = p_kind
        where r.salon_id = v_caller.salon_id and r.id = p_id and r.kind <> p_kind;
        update schnittwerk_core.unit as u
        set
          name = coalesce(p_name, u.name),
          pool = coalesce(p_pool, u.pool),
          is_active = coalesce(p_is_active, u.is_active)
        where u.salon_id = v_caller.salon_id and u.id = p_id
        returning u.* into v_unit;
        v_caller.answer := schnittwerk_core.end_unit_change(v_caller.salon_id, p_id);
      end if;
      if v_unit.is_active
        and (v_before.is_active, v_before.pool) is distinct from (true, v_unit.pool)
      then
        perform schnittwerk_core.free_pool_time(
          v_caller.salon_id, array[v_unit.pool],
          array[tstzrange(schnittwerk_core.clock(), null)]);
      end if;
      v_caller.answer := v_caller.answer || schnittwerk_core.success(
        'resource', schnittwerk_core.unit_json(v_unit),
        case when p_id is null then 201 else 200 end);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.save_resource(text, text, text, boolean, uuid, text[], uuid) is
  'Engine of schnittwerk.save_resource.';

revoke execute on function schnittwerk_core.save_resource from public;
grant execute on function schnittwerk_core.save_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.save_resource(
  p_name text,
  p_kind text default null,
  p_pool text default null,
  p_is_active boolean default null,
  p_id uuid default null,
  p_clear text[] default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.save_resource(
  p_name, p_kind, p_pool, p_is_active, p_id, p_clear, p_salon_id
);

comment on function schnittwerk.save_resource(text, text, text, boolean, uuid, text[], uuid) is
  'Adds a unit (a room or a piece of equipment), or changes the given values of the one with p_id. Answers {"resource", "moved_appointments", "affected_appointments"}. If a unit becomes inactive or changes its pool, future appointments that use it move to another free unit of the pool that they need. moved_appointments is a list of {"id", "units"}, the units that each appointment uses now. affected_appointments lists the appointments that no other unit can take, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). process_waitlist offers the time that a unit adds. set_service_resources sets what services need of a pool. For admins. p_name: unique in the salon, at most 200 characters. p_kind: room (the default) or equipment. p_pool: the pool of interchangeable units to which it belongs; a new unit''s own name by default. p_is_active: inactive units cannot be booked; a new unit is active. p_id: the unit to change; null values then stay. p_clear: must be empty, since no value of a unit can be emptied. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.save_resource from public;
grant execute on function schnittwerk.save_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
