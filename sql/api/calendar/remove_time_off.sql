create function schnittwerk_core.remove_time_off(p_time_off_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'remove_time_off', p_salon_id, '{admin,staff}');
  v_time_off schnittwerk_core.staff_timeoff;
  v_change schnittwerk_core.open_time_change;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_time_off_id', p_time_off_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      select t.* into v_time_off
      from schnittwerk_core.staff_timeoff t
      where t.salon_id = v_caller.salon_id and t.id = p_time_off_id
        and (v_caller.role <> 'staff' or exists (
          select from schnittwerk_core.staff m
          where m.salon_id = t.salon_id and m.id = t.staff_id and m.profile_id = v_caller.user_id
        ));
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such time off');
      end if;
      v_change := schnittwerk_core.begin_open_time_change(
        v_caller.salon_id, array[v_time_off.staff_id]);
      delete from schnittwerk_core.staff_timeoff t
      where t.salon_id = v_caller.salon_id and t.id = p_time_off_id;
      if not found then
        -- Another transaction has removed it in the meantime.
        perform schnittwerk_core.refuse('not_found', 'There is no such time off');
      end if;
      v_caller.answer := schnittwerk_core.success(
        'time_off', schnittwerk_core.time_off_json(v_time_off))
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.remove_time_off(uuid, uuid) is
  'Engine of schnittwerk.remove_time_off.';

revoke execute on function schnittwerk_core.remove_time_off from public;
grant execute on function schnittwerk_core.remove_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.remove_time_off(p_time_off_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.remove_time_off(p_time_off_id, p_salon_id);

comment on function schnittwerk.remove_time_off(uuid, uuid) is
  'Removes time off. Answers {"time_off", "affected_appointments"}, the time off as it was. For admins, and staff for their own. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.remove_time_off from public;
grant execute on function schnittwerk.remove_time_off
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
