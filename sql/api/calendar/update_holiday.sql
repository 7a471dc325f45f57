create function schnittwerk_core.update_holiday(
  p_holiday_id uuid, p_changes jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'update_holiday', p_salon_id, '{admin}');
  v_change schnittwerk_core.open_time_change;
  v_holiday schnittwerk_core.holidays;
  v_staff_ids uuid[];
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic
      array[schnittwerk_core.required_fault('p_holiday_id', p_holiday_id is null)]
        || schnittwerk_core.holiday_change_faults(p_changes));
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

      v_holiday := jsonb_populate_record(
        v_holiday,
        -- A new date also moves the yearly day. A holiday that no longer recurs has none.
        case when p_changes -> 'date' <> to_jsonb(v_holiday.date)
            or p_changes -> 'is_recurring' = 'false'
          then '{"recurring_month": null, "recurring_day": null}' else '{}' end::jsonb
        || p_changes - 'staff_ids'
      );
      v_holiday.name := schnittwerk_core.line(v_holiday.name);
      v_holiday := schnittwerk_core.with_recurrence(v_holiday);
      v_staff_ids := case
        when p_changes ? 'staff_ids' then array(
          select distinct i.value::uuid
          from schnittwerk_core.list_items('p_changes.staff_ids', p_changes -> 'staff_ids') l
          cross join lateral (select l.value #>> '{}' as value) i
        )
        when v_holiday.affects_all_staff then '{}'
        else array(
          select l.staff_id
          from schnittwerk_core.holiday_staff l
          where l.salon_id = v_caller.salon_id and l.holiday_id = p_holiday_id
        )
      end;
      perform schnittwerk_core.require_valid(
        variadic schnittwerk_core.holiday_faults('p_changes.', v_holiday, v_staff_ids));
      perform schnittwerk_core.require_staff(v_caller.salon_id, v_staff_ids);

      update schnittwerk_core.holidays as h
      set
        name = v_holiday.name,
        date = v_holiday.date,
        end_date = v_holiday.end_date,
        type = v_holiday.type,
        description = v_holiday.description,
        is_recurring = v_holiday.is_recurring,
        recurring_month = v_holiday.recurring_month,
        recurring_day = v_holiday.recurring_day,
        affects_all_staff = v_holiday.affects_all_staff
      where h.salon_id = v_caller.salon_id and h.id = p_holiday_id;
      delete from schnittwerk_core.holiday_staff l
      where l.salon_id = v_caller.salon_id and l.holiday_id = p_holiday_id;
      insert into schnittwerk_core.holiday_staff (salon_id, holiday_id, staff_id)
      select v_caller.salon_id, p_holiday_id, i.id
      from unnest(v_staff_ids) i (id);
      v_caller.answer := schnittwerk_core.success(
        'holiday', schnittwerk_core.holiday_json(v_holiday))
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.update_holiday(uuid, jsonb, uuid) is
  'Engine of schnittwerk.update_holiday.';

revoke execute on function schnittwerk_core.update_holiday from public;
grant execute on function schnittwerk_core.update_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.update_holiday(
  p_holiday_id uuid, p_changes jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.update_holiday(p_holiday_id, p_changes, p_salon_id);

comment on function schnittwerk.update_holiday(uuid, jsonb, uuid) is
  'Changes a holiday. Answers {"holiday", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_changes: an object with any of name, date, end_date, type, description, is_recurring, recurring_month, recurring_day, affects_all_staff and staff_ids (at most 1000). What is absent stays, null clears. A new date also sets the month and day of a recurring holiday, unless these are given. affects_all_staff true removes staff_ids. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.update_holiday from public;
grant execute on function schnittwerk.update_holiday
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
