create function schnittwerk_core.business_settings_faults(p_settings jsonb)
returns jsonb[]
language sql
stable
return (
  select
    schnittwerk_core.object_faults('p_settings', p_settings, (
      '{opening_hours,buffer_time_minutes,max_advance_booking_days,slot_interval_minutes,'
      || 'preferred_hours,quiet_hours,price_rounding}')::text[])
    || array[
      schnittwerk_core.json_number_fault(
        'p_settings.buffer_time_minutes', s.given -> 'buffer_time_minutes', 0, 1440,
        s.given ? 'buffer_time_minutes'),
      schnittwerk_core.json_number_fault(
        'p_settings.max_advance_booking_days', s.given -> 'max_advance_booking_days', 1, 730,
        false),
      schnittwerk_core.json_number_fault(
        'p_settings.slot_interval_minutes', s.given -> 'slot_interval_minutes', 1, 1440,
        s.given ? 'slot_interval_minutes'),
      schnittwerk_core.json_decimal_fault(
        'p_settings.price_rounding', s.given -> 'price_rounding', 0.01, 100,
        s.given ? 'price_rounding')
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
        -- A closed day need not have hours.
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
