create function schnittwerk_core.set_special_hours(
  p_date date, p_windows jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_special_hours', p_salon_id, '{admin}');
  v_faults jsonb[];
  v_change schnittwerk_core.open_time_change;
  v_result jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    select array_agg(f.fault) into v_faults
    from schnittwerk_core.list_items('p_windows', p_windows) i
    cross join lateral unnest(schnittwerk_core.window_faults(i.path, i.value)) f (fault);
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic array[
        schnittwerk_core.date_fault('p_date', p_date),
        schnittwerk_core.json_fault('p_windows', p_windows, 'array')
      ] || v_faults
    );
  end if;
  if v_caller.answer is null then
    begin
      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
      delete from schnittwerk_core.special_hours h
      where h.salon_id = v_caller.salon_id and h.date = p_date;
      if p_windows = '[]' then
        insert into schnittwerk_core.special_hours (salon_id, date, is_open)
        values (v_caller.salon_id, p_date, false);
      end if;
      -- Of windows with the same start the longest covers the others.
      insert into schnittwerk_core.special_hours (salon_id, date, start_time, end_time)
      select v_caller.salon_id, p_date, w.start_time, max(w.end_time)
      from schnittwerk_core.list_items('p_windows', p_windows) i
      cross join lateral (
        select
          schnittwerk_core.json_time(i.value -> 'start_time') as start_time,
          schnittwerk_core.json_time(i.value -> 'end_time') as end_time
      ) w
      group by w.start_time;

      select coalesce(jsonb_agg(to_jsonb(w)), '[]') into v_result
      from schnittwerk_core.special_windows(v_caller.salon_id, p_date, p_date) w;
      v_caller.answer := schnittwerk_core.success(
        'special_hours', v_result)
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_special_hours(date, jsonb, uuid) is
  'Engine of schnittwerk.set_special_hours.';

revoke execute on function schnittwerk_core.set_special_hours from public;
grant execute on function schnittwerk_core.set_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_special_hours(
  p_date date, p_windows jsonb, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_special_hours(p_date, p_windows, p_salon_id);

comment on function schnittwerk.set_special_hours(date, jsonb, uuid) is
  'Gives a local date its own opening hours, in place of those of its weekday. Answers {"special_hours", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_windows: [{"start_time", "end_time"}], at most 1000, local times HH:MM up to 24:00. An empty list means closed, null means the hours of the weekday again. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_special_hours from public;
grant execute on function schnittwerk.set_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
