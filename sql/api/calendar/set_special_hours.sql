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
  v_caller schnittwerk_core.caller;
  v_faults jsonb[];
  v_change schnittwerk_core.open_time_change;
  v_result jsonb;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  select array_agg(f.fault) into v_faults
  from schnittwerk_core.list_items('p_windows', p_windows) i
  cross join lateral unnest(schnittwerk_core.window_faults(i.path, i.value)) f (fault);
  perform schnittwerk_core.require_valid(variadic array[
    schnittwerk_core.date_fault('p_date', p_date),
    schnittwerk_core.json_fault('p_windows', p_windows, 'array')
  ] || v_faults);
  perform schnittwerk_core.begin_write(v_caller);

  v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
  delete from schnittwerk_core.special_hours h
  where h.salon_id = v_caller.salon_id and h.date = p_date;
  if p_windows = '[]' then
    insert into schnittwerk_core.special_hours (salon_id, date, is_open)
    values (v_caller.salon_id, p_date, false);
  end if;
  -- of windows that start together the longest holds all of them
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
  return schnittwerk_core.success(
    'special_hours', v_result, 200,
    schnittwerk_core.end_open_time_change(v_change)
  );
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
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
return schnittwerk_core.log_write(
  'set_special_hours', p_salon_id,
  schnittwerk_core.set_special_hours(
    p_date, p_windows, p_salon_id
  )
);

comment on function schnittwerk.set_special_hours(date, jsonb, uuid) is
  'Opens a local date at other hours than its weekday''s and answers {"special_hours", "affected_appointments"}. p_windows: [{"start_time", "end_time"}], at most 1000, local times HH:MM up to 24:00; [] = closed, null = back to the weekday''s. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

revoke execute on function schnittwerk.set_special_hours from public;
grant execute on function schnittwerk.set_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
