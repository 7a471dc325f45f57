create function schnittwerk.validate_appointment_timing(
  appointment_start timestamptz, appointment_end timestamptz, p_salon_id uuid default null
)
returns table (is_valid boolean, error_message text)
language sql
stable
begin atomic
  select v.is_valid, v.error_message
  from schnittwerk_core.validate_appointment_timing(
    appointment_start, appointment_end, p_salon_id
  ) v;
end;

comment on function schnittwerk.validate_appointment_timing(timestamptz, timestamptz, uuid) is
  'Whether an appointment from appointment_start to appointment_end keeps the salon''s timing rules: notice, horizon, holidays, opening hours; error_message words the first that it does not keep. One row for every pair of instants, also with seconds, in the past, in the wrong order or infinite; a booking takes whole minutes only. Raises invalid_input (an instant is missing), salon_required, not_found.';

revoke execute on function schnittwerk.validate_appointment_timing from public;
grant execute on function schnittwerk.validate_appointment_timing
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
