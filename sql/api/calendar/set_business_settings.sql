create function schnittwerk_core.set_business_settings(p_settings jsonb, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_business_settings', p_salon_id, '{admin}');
  v_change schnittwerk_core.open_time_change;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller, variadic schnittwerk_core.business_settings_faults(p_settings));
  end if;
  if v_caller.answer is null then
    begin
      v_change := schnittwerk_core.begin_open_time_change(v_caller.salon_id);
      update schnittwerk_core.salon as s
      set
        buffer_time_minutes =
          coalesce((p_settings ->> 'buffer_time_minutes')::numeric, s.buffer_time_minutes),
        max_advance_booking_days = case when p_settings ? 'max_advance_booking_days'
          then (p_settings ->> 'max_advance_booking_days')::numeric
          else s.max_advance_booking_days end,
        slot_interval_minutes =
          coalesce((p_settings ->> 'slot_interval_minutes')::numeric, s.slot_interval_minutes),
        price_rounding = coalesce((p_settings ->> 'price_rounding')::numeric, s.price_rounding),
        preferred_from = coalesce(
          schnittwerk_core.json_time(p_settings #> '{preferred_hours,start_time}'),
          s.preferred_from),
        preferred_until = coalesce(
          schnittwerk_core.json_time(p_settings #> '{preferred_hours,end_time}'),
          s.preferred_until),
        quiet_from = case when p_settings ? 'quiet_hours'
          then schnittwerk_core.json_time(p_settings #> '{quiet_hours,start_time}')
          else s.quiet_from end,
        quiet_until = case when p_settings ? 'quiet_hours'
          then schnittwerk_core.json_time(p_settings #> '{quiet_hours,end_time}')
          else s.quiet_until end
      where s.id = v_caller.salon_id;
      if p_settings ? 'opening_hours' then
        delete from schnittwerk_core.opening_hours h where h.salon_id = v_caller.salon_id;
        -- Of windows with the same start the longest open one covers the others.
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
      v_caller.answer := schnittwerk_core.success(
        'business_settings', schnittwerk_core.business_settings(v_caller.salon_id))
        || schnittwerk_core.end_open_time_change(v_change);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_business_settings(jsonb, uuid) is
  'Engine of schnittwerk.set_business_settings.';

revoke execute on function schnittwerk_core.set_business_settings from public;
grant execute on function schnittwerk_core.set_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_business_settings(p_settings jsonb, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.set_business_settings(p_settings, p_salon_id);

comment on function schnittwerk.set_business_settings(jsonb, uuid) is
  'Changes the salon''s settings. Answers {"business_settings", "affected_appointments"}. affected_appointments lists the future pending and confirmed appointments that can no longer take place, each with all its columns, customer_name, customer_phone, staff_name, service_name and cause (see list_affected_appointments). For admins. p_settings: an object with any of the following; what is absent stays. opening_hours: {"0" (Sunday) to "6": {"is_open"?, "start_time", "end_time"} or a list of at most 1000 of them}, local times HH:MM up to 24:00; a missing weekday is closed. buffer_time_minutes: 0 to 1440. max_advance_booking_days: 1 to 730; null means the limit of the policy. slot_interval_minutes: 1 to 1440. preferred_hours: {"start_time", "end_time"}. quiet_hours: {"start_time", "end_time"}, during which customers get no messages; they may span midnight, and null means none. price_rounding: 0.01 to 100 with two decimals; prices that price rules have changed, and fees, are multiples of it. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_business_settings from public;
grant execute on function schnittwerk.set_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
