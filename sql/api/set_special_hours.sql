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
  'Opens a local date at other hours than its weekday''s and answers {"special_hours", "affected_appointments"}. p_windows: [{"start_time", "end_time"}], local times HH:MM up to 24:00; [] = closed, null = back to the weekday''s. affected_appointments are the pending and confirmed ones to come that no longer lie in open time. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

revoke execute on function schnittwerk.set_special_hours from public;
grant execute on function schnittwerk.set_special_hours
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
