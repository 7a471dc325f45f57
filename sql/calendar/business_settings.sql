create function schnittwerk_core.business_settings(p_salon_id uuid)
returns jsonb
language sql
stable
return (
  select jsonb_build_object(
    'opening_hours', (
      select coalesce(jsonb_object_agg(
        d.day_of_week, case when d.window_count = 1 then d.windows -> 0 else d.windows end
      ), '{}')
      from (
        select
          h.day_of_week,
          count(*) as window_count,
          jsonb_agg(jsonb_build_object(
            'is_open', h.is_open,
            'start_time', schnittwerk_core.time_text(h.start_time),
            'end_time', schnittwerk_core.time_text(h.end_time)
          ) order by h.start_time) as windows
        from schnittwerk_core.opening_hours h
        where h.salon_id = s.id
        group by h.day_of_week
      ) d
    ),
    'buffer_time_minutes', s.buffer_time_minutes,
    'max_advance_booking_days', s.max_advance_booking_days,
    'slot_interval_minutes', s.slot_interval_minutes,
    'preferred_hours', jsonb_build_object(
      'start_time', schnittwerk_core.time_text(s.preferred_from),
      'end_time', schnittwerk_core.time_text(s.preferred_until)
    ),
    'quiet_hours', case when s.quiet_from is not null then jsonb_build_object(
      'start_time', schnittwerk_core.time_text(s.quiet_from),
      'end_time', schnittwerk_core.time_text(s.quiet_until)
    ) end,
    'price_rounding', s.price_rounding
  )
  from schnittwerk_core.salon s
  where s.id = p_salon_id
);

comment on function schnittwerk_core.business_settings(uuid) is
  'A salon''s settings in the shape that set_business_settings takes: a weekday with one window as an object, with several as a list.';

revoke execute on function schnittwerk_core.business_settings from public;
