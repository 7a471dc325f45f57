create function schnittwerk_core.close_resource(
  p_resource_id uuid,
  p_start_date date,
  p_end_date date,
  p_start_time time,
  p_end_time time,
  p_reason text,
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
    'close_resource', p_salon_id, '{admin}');
  v_end_date constant date := coalesce(p_end_date, p_start_date);
  v_closure schnittwerk_core.unit_closure;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_resource_id', p_resource_id is null)
      ] || schnittwerk_core.local_period_faults(
        p_start_date, p_end_date, p_start_time, p_end_time, 'The closure')
      || schnittwerk_core.text_fault('p_reason', p_reason, 2000, false)
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.begin_unit_change(v_caller.salon_id, p_resource_id);
      if not exists (
        select from schnittwerk_core.unit u
        where u.salon_id = v_caller.salon_id and u.id = p_resource_id
      ) then
        perform schnittwerk_core.refuse('not_found', 'There is no such resource');
      end if;
      insert into schnittwerk_core.unit_closure as c (
        salon_id, unit_id, start_date, end_date, start_time, end_time, reason
      )
      values (
        v_caller.salon_id, p_resource_id, p_start_date, v_end_date, p_start_time, p_end_time,
        p_reason
      )
      returning c.* into v_closure;
      v_caller.answer := schnittwerk_core.success(
        'closure', schnittwerk_core.unit_closure_json(v_closure), 201)
        || schnittwerk_core.end_unit_change(v_caller.salon_id, p_resource_id);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.close_resource(uuid, date, date, time, time, text, uuid) is
  'Engine of schnittwerk.close_resource.';

revoke execute on function schnittwerk_core.close_resource from public;
grant execute on function schnittwerk_core.close_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.close_resource(
  p_resource_id uuid,
  p_start_date date,
  p_end_date date default null,
  p_start_time time default null,
  p_end_time time default null,
  p_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.close_resource(
  p_resource_id, p_start_date, p_end_date, p_start_time, p_end_time, p_reason, p_salon_id
);

comment on function schnittwerk.close_resource(uuid, date, date, time, time, text, uuid) is
  'Closes a unit (a room or a piece of equipment), for maintenance for example. Answers {"closure", "moved_appointments", "affected_appointments"}. Future appointments that use the unit then move to another free unit of their pool, and waitlist offers that hold it are withdrawn. moved_appointments is a list of {"id", "units"}, the units that each appointment uses now. affected_appointments lists the appointments that no other unit can take, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_start_date, p_end_date: local dates, both included; p_end_date null means p_start_date. p_start_time, p_end_time: local times on the first and on the last date; null means whole days. p_reason: at most 2000 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.close_resource from public;
grant execute on function schnittwerk.close_resource
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
