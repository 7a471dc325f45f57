create function schnittwerk_core.set_staff_availability(
  p_staff_id uuid, p_windows jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_staff_availability', p_salon_id, '{admin,staff}');
  v_faults jsonb[];
  v_change schnittwerk_core.open_time_change;
  v_result jsonb;
  v_detail text;
  v_constraint text;
begin
  v_caller := schnittwerk_core.for_own_staff(v_caller, p_staff_id);
  if v_caller.answer is null then
    select array_agg(f.fault) into v_faults
    from schnittwerk_core.list_items('p_windows', p_windows) i
    cross join lateral unnest(
      schnittwerk_core.window_faults(i.path, i.value, '{day_of_week,availability_type}') || array[
        schnittwerk_core.json_number_fault(
          i.path || '.day_of_week', i.value -> 'day_of_week', 0, 6,
          jsonb_typeof(i.value) = 'object'),
        schnittwerk_core.fault(
          i.path || '.availability_type',
          coalesce(i.value ->> 'availability_type' not in ('available', 'unavailable'), false),
          'unknown_type', i.path || '.availability_type must be available or unavailable')
      ]
    ) f (fault);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
        schnittwerk_core.json_fault('p_windows', p_windows, 'array', true)
      ] || v_faults
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);

      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id, array[p_staff_id]);
      delete from schnittwerk_core.staff_availability a
      where a.salon_id = v_caller.salon_id and a.staff_id = p_staff_id;
      -- Of windows with the same start the longest covers the others.
      insert into schnittwerk_core.staff_availability (
        salon_id, staff_id, day_of_week, start_time, end_time, availability_type
      )
      select
        v_caller.salon_id, p_staff_id, w.day_of_week, w.start_time, max(w.end_time),
        w.availability_type
      from jsonb_array_elements(p_windows) i (value)
      cross join lateral (
        select
          schnittwerk_core.json_number(i.value -> 'day_of_week')::smallint as day_of_week,
          schnittwerk_core.json_time(i.value -> 'start_time') as start_time,
          schnittwerk_core.json_time(i.value -> 'end_time') as end_time,
          coalesce(i.value ->> 'availability_type', 'available') as availability_type
      ) w
      group by w.day_of_week, w.start_time, w.availability_type;

      select coalesce(jsonb_agg(to_jsonb(w)), '[]') into v_result
      from schnittwerk_core.weekly_windows(v_caller.salon_id, p_staff_id) w;
      v_caller.answer := schnittwerk_core.success(
        'staff_availability', v_result)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_staff_availability(uuid, jsonb, uuid) is
  'Engine of schnittwerk.set_staff_availability.';

revoke execute on function schnittwerk_core.set_staff_availability from public;
grant execute on function schnittwerk_core.set_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_staff_availability(
  p_staff_id uuid, p_windows jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_staff_availability(p_staff_id, p_windows, p_salon_id);

comment on function schnittwerk.set_staff_availability(uuid, jsonb, uuid) is
  'Replaces the weekly availability of a member of staff. Answers {"staff_availability", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins, and staff for themselves. p_windows: [{"day_of_week", "start_time", "end_time", "availability_type"?}], at most 1000. day_of_week is 0 (Sunday) to 6, times are local, HH:MM up to 24:00. availability_type is available (the default) or unavailable (a break). An empty list means never available. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_staff_availability from public;
grant execute on function schnittwerk.set_staff_availability
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
