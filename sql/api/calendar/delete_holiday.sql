create function schnittwerk_core.delete_holiday(p_holiday_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_holiday schnittwerk_core.holidays;
  v_result jsonb;
  v_staff_ids uuid[];
  v_range tstzmultirange;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_holiday_id', p_holiday_id is null));
  perform schnittwerk_core.begin_write(v_caller);

  perform schnittwerk_core.lock_staff(v_caller.salon_id);
  select h.* into v_holiday
  from schnittwerk_core.holidays h
  where h.salon_id = v_caller.salon_id and h.id = p_holiday_id
  for update;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such holiday');
  end if;
  -- before the delete takes the links to staff along
  v_result := schnittwerk_core.holiday_json(v_holiday);
  v_staff_ids := schnittwerk_core.holiday_staff_ids(v_holiday);
  v_range := schnittwerk_core.holiday_range(v_caller.salon_id, p_holiday_id);
  delete from schnittwerk_core.holidays h
  where h.salon_id = v_caller.salon_id and h.id = p_holiday_id;
  perform schnittwerk_core.free_days(v_caller.salon_id, v_staff_ids, v_range);
  return schnittwerk_core.success('holiday', v_result);
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
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
return schnittwerk_core.log_write('delete_holiday', p_salon_id, schnittwerk_core.delete_holiday(
  p_holiday_id, p_salon_id
));

comment on function schnittwerk.delete_holiday(uuid, uuid) is
  'Removes a holiday and answers {"holiday"}, as it was. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.delete_holiday from public;
grant execute on function schnittwerk.delete_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
