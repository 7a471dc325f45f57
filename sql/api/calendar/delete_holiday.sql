create function schnittwerk_core.delete_holiday(p_holiday_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'delete_holiday', p_salon_id, '{admin}');
  v_holiday schnittwerk_core.holidays;
  v_result jsonb;
  v_change schnittwerk_core.open_time_change;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_holiday_id', p_holiday_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
      select h.* into v_holiday
      from schnittwerk_core.holidays h
      where h.salon_id = v_caller.salon_id and h.id = p_holiday_id
      for update;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such holiday');
      end if;
      -- Read before the delete, which cascades to the links to staff.
      v_result := schnittwerk_core.holiday_json(v_holiday);
      delete from schnittwerk_core.holidays h
      where h.salon_id = v_caller.salon_id and h.id = p_holiday_id;
      v_caller.answer := schnittwerk_core.success(
        'holiday', v_result)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.delete_holiday(uuid, uuid) is
  'Engine of schnittwerk.delete_holiday.';

revoke execute on function schnittwerk_core.delete_holiday from public;
grant execute on function schnittwerk_core.delete_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.delete_holiday(p_holiday_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.delete_holiday(p_holiday_id, p_salon_id);

comment on function schnittwerk.delete_holiday(uuid, uuid) is
  'Deletes a holiday. Answers {"holiday", "affected_appointments"}, the holiday as it was. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.delete_holiday from public;
grant execute on function schnittwerk.delete_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
