create function schnittwerk_core.add_time_off(
  p_staff_id uuid,
  p_start_date date,
  p_end_date date,
  p_start_time time,
  p_end_time time,
  p_type text,
  p_is_approved boolean,
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
    'add_time_off', p_salon_id, '{admin,staff}');
  v_end_date constant date := coalesce(p_end_date, p_start_date);
  v_change schnittwerk_core.open_time_change;
  v_time_off schnittwerk_core.staff_timeoff;
  v_detail text;
  v_constraint text;
begin
  v_caller := schnittwerk_core.for_own_staff(v_caller, p_staff_id);
  if v_caller.answer is null then
    p_type := schnittwerk_core.line(p_type);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_staff_id', p_staff_id is null)
      ] || schnittwerk_core.local_period_faults(
        p_start_date, p_end_date, p_start_time, p_end_time, 'The time off')
      || array[
        schnittwerk_core.line_fault('p_type', p_type, 50),
        schnittwerk_core.required_fault('p_is_approved', p_is_approved is null)
      ]
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);

      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id, array[p_staff_id]);
      insert into schnittwerk_core.staff_timeoff as t (
        salon_id, staff_id, start_date, end_date, start_time, end_time, type, is_approved
      )
      values (
        v_caller.salon_id, p_staff_id, p_start_date, v_end_date, p_start_time, p_end_time, p_type,
        -- Time off that staff enter for themselves is a request.
        p_is_approved and v_caller.role <> 'staff'
      )
      returning t.* into v_time_off;
      v_caller.answer := schnittwerk_core.success(
        'time_off', schnittwerk_core.time_off_json(v_time_off), 201)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.add_time_off(uuid, date, date, time, time, text, boolean, uuid) is
  'Engine of schnittwerk.add_time_off.';

revoke execute on function schnittwerk_core.add_time_off from public;
grant execute on function schnittwerk_core.add_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.add_time_off(
  p_staff_id uuid,
  p_start_date date,
  p_end_date date default null,
  p_start_time time default null,
  p_end_time time default null,
  p_type text default 'vacation',
  p_is_approved boolean default true,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.add_time_off(
  p_staff_id, p_start_date, p_end_date, p_start_time, p_end_time, p_type, p_is_approved,
  p_salon_id
);

comment on function schnittwerk.add_time_off(uuid, date, date, time, time, text, boolean, uuid) is
  'Adds time off for a member of staff. Answers {"time_off", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). Only approved time off blocks bookings. For admins, and staff for themselves; what staff add is a request and never approved. p_start_date, p_end_date: local dates, both included; p_end_date null means p_start_date. p_start_time, p_end_time: local times on the first and on the last date; null means whole days. p_type: free text, at most 50 characters. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.add_time_off from public;
grant execute on function schnittwerk.add_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
