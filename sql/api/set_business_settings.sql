create function schnittwerk.set_business_settings(p_settings jsonb, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write(
  'set_business_settings', p_salon_id,
  schnittwerk_core.set_business_settings(
    p_settings, p_salon_id
  )
);

comment on function schnittwerk.set_business_settings(jsonb, uuid) is
  'Changes the salon''s settings and answers {"business_settings", "affected_appointments"}. p_settings: an object with any of opening_hours {"0" (Sunday) to "6": {"is_open"?, "start_time", "end_time"} or a list of them}, local times HH:MM up to 24:00, a weekday left out is closed; buffer_time_minutes 0 to 1440; max_advance_booking_days 1 to 730, null = as the policy says; slot_interval_minutes 1 to 1440; preferred_hours {"start_time", "end_time"}; quiet_hours {"start_time", "end_time"}, which may go past midnight and in which no messages go to customers, null = none. Absent = unchanged. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

revoke execute on function schnittwerk.set_business_settings from public;
grant execute on function schnittwerk.set_business_settings
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
