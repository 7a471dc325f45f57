create function schnittwerk_core.appointment_json(p_appointment schnittwerk_core.appointments)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_appointment) - 'version' || jsonb_build_object(
  'starts_at', schnittwerk_core.utc_text((p_appointment).starts_at),
  'ends_at', schnittwerk_core.utc_text((p_appointment).ends_at),
  'cancellable_until', schnittwerk_core.utc_text((p_appointment).cancellable_until),
  'cancelled_at', schnittwerk_core.utc_text((p_appointment).cancelled_at),
  'created_at', schnittwerk_core.utc_text((p_appointment).created_at),
  'updated_at', schnittwerk_core.utc_text((p_appointment).updated_at)
);

comment on function schnittwerk_core.appointment_json(schnittwerk_core.appointments) is
  'An appointment with all its columns, times in UTC.';

revoke execute on function schnittwerk_core.appointment_json from public;
