create function schnittwerk_core.weekday_windows(p_opening_hours jsonb)
returns table (day_of_week text, path text, value jsonb)
language sql
stable
parallel safe
begin atomic
  select d.key, coalesce(i.path, p.path), coalesce(i.value, d.value)
  from jsonb_each(
    case when jsonb_typeof(p_opening_hours) = 'object' then p_opening_hours else '{}' end
  ) d (key, value)
  cross join lateral (select 'p_settings.opening_hours.' || left(d.key, 100) as path) p
  left join lateral schnittwerk_core.list_items(p.path, d.value) i on true
  where d.value <> '[]';
end;

comment on function schnittwerk_core.weekday_windows(jsonb) is
  'The windows of an opening_hours object, whose weekdays have one window or a list of them, with their paths.';

revoke execute on function schnittwerk_core.weekday_windows from public;

create function schnittwerk_core.quiet_hours_faults(p_path text, p_window jsonb)
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.object_faults(p_path, p_window, '{start_time,end_time}')
  || case when jsonb_typeof(p_window) = 'object' then array[
    schnittwerk_core.json_fault(p_path || '.start_time', p_window -> 'start_time', 'time', true),
    coalesce(
      schnittwerk_core.json_fault(p_path || '.end_time', p_window -> 'end_time', 'time', true),
      schnittwerk_core.fault(
        p_path || '.end_time',
        p_window -> 'start_time' = p_window -> 'end_time'
          or p_window ->> 'start_time' = '00:00' and p_window ->> 'end_time' = '24:00',
        'whole_day', p_path || ' must not be the whole day')
    )
  ] end;

comment on function schnittwerk_core.quiet_hours_faults(text, jsonb) is
  'The faults of quiet hours {"start_time", "end_time"}, which may go past midnight.';

revoke execute on function schnittwerk_core.quiet_hours_faults from public;

create function schnittwerk_core.business_settings_faults(p_settings jsonb)
returns jsonb[]
language sql
stable
return (
  select
    schnittwerk_core.object_faults('p_settings', p_settings, (
      '{opening_hours,buffer_time_minutes,max_advance_booking_days,slot_interval_minutes,'
      || 'preferred_hours,quiet_hours}')::text[])
    || array[
      schnittwerk_core.json_number_fault(
        'p_settings.buffer_time_minutes', s.given -> 'buffer_time_minutes', 0, 1440,
        s.given ? 'buffer_time_minutes'),
      schnittwerk_core.json_number_fault(
        'p_settings.max_advance_booking_days', s.given -> 'max_advance_booking_days', 1, 730,
        false),
      schnittwerk_core.json_number_fault(
        'p_settings.slot_interval_minutes', s.given -> 'slot_interval_minutes', 1, 1440,
        s.given ? 'slot_interval_minutes')
    ]
    || case when s.given ? 'preferred_hours' then schnittwerk_core.window_faults(
      'p_settings.preferred_hours', s.given -> 'preferred_hours') end
    || case when s.given -> 'quiet_hours' <> 'null' then
      schnittwerk_core.quiet_hours_faults('p_settings.quiet_hours', s.given -> 'quiet_hours') end
    || case when s.given ? 'opening_hours' then schnittwerk_core.object_faults(
      'p_settings.opening_hours', s.given -> 'opening_hours', '{0,1,2,3,4,5,6}') end
    || array(
      select schnittwerk_core.json_fault(
        'p_settings.opening_hours.' || left(d.key, 100), d.value, 'array')
      from jsonb_each(case when jsonb_typeof(s.given -> 'opening_hours') = 'object'
        then s.given -> 'opening_hours' else '{}' end) d
      where jsonb_typeof(d.value) = 'array'
    )
    || array(
      select f.fault
      from schnittwerk_core.weekday_windows(s.given -> 'opening_hours') w
      cross join lateral unnest(
        -- a closed day need not tell its hours
        case when w.value = '{"is_open": false}' then '{}'
          else schnittwerk_core.window_faults(w.path, w.value, '{is_open}') end
        || schnittwerk_core.json_fault(w.path || '.is_open', w.value -> 'is_open', 'boolean')
      ) f (fault)
    )
  from (
    select case when jsonb_typeof(p_settings) = 'object' then p_settings else '{}' end as given
  ) s
);

comment on function schnittwerk_core.business_settings_faults(jsonb) is
  'The faults of business settings as JSON, all at once.';

revoke execute on function schnittwerk_core.business_settings_faults from public;

create function schnittwerk_core.set_business_settings(p_settings jsonb, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_stranded text[];
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.business_settings_faults(p_settings));
  perform schnittwerk_core.begin_write(v_caller);

  v_stranded := schnittwerk_core.lock_open_time(v_caller.salon_id);
  update schnittwerk_core.salon as s
  set
    buffer_time_minutes =
      coalesce((p_settings ->> 'buffer_time_minutes')::numeric, s.buffer_time_minutes),
    max_advance_booking_days = case when p_settings ? 'max_advance_booking_days'
      then (p_settings ->> 'max_advance_booking_days')::numeric
      else s.max_advance_booking_days end,
    slot_interval_minutes =
      coalesce((p_settings ->> 'slot_interval_minutes')::numeric, s.slot_interval_minutes),
    preferred_from = coalesce(
      schnittwerk_core.json_time(p_settings #> '{preferred_hours,start_time}'), s.preferred_from),
    preferred_until = coalesce(
      schnittwerk_core.json_time(p_settings #> '{preferred_hours,end_time}'), s.preferred_until),
    quiet_from = case when p_settings ? 'quiet_hours'
      then schnittwerk_core.json_time(p_settings #> '{quiet_hours,start_time}')
      else s.quiet_from end,
    quiet_until = case when p_settings ? 'quiet_hours'
      then schnittwerk_core.json_time(p_settings #> '{quiet_hours,end_time}')
      else s.quiet_until end
  where s.id = v_caller.salon_id;
  if p_settings ? 'opening_hours' then
    delete from schnittwerk_core.opening_hours h where h.salon_id = v_caller.salon_id;
    -- of windows that start together the longest open one holds all of them
    insert into schnittwerk_core.opening_hours (
      salon_id, day_of_week, start_time, end_time, is_open
    )
    select distinct on (h.day_of_week, h.start_time)
      v_caller.salon_id, h.day_of_week, h.start_time, h.end_time, h.is_open
    from schnittwerk_core.weekday_windows(p_settings -> 'opening_hours') w
    cross join lateral (
      select
        w.day_of_week::smallint as day_of_week,
        schnittwerk_core.json_time(w.value -> 'start_time') as start_time,
        schnittwerk_core.json_time(w.value -> 'end_time') as end_time,
        coalesce((w.value ->> 'is_open')::boolean, true) as is_open
    ) h
    where h.start_time is not null
    order by h.day_of_week, h.start_time, h.is_open desc, h.end_time desc;
  end if;
  return schnittwerk_core.success(
    'business_settings', schnittwerk_core.business_settings(v_caller.salon_id), 200,
    schnittwerk_core.affected_appointments(v_caller.salon_id, null, v_stranded)
  );
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.set_business_settings(jsonb, uuid) is
  'Engine of schnittwerk.set_business_settings.';

revoke execute on function schnittwerk_core.set_business_settings from public;
grant execute on function schnittwerk_core.set_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
