create function schnittwerk_core.history_json(p_entry schnittwerk_core.appointment_history)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_entry) - array['salon_id', 'appointment_id'] || jsonb_build_object(
  'from_starts_at', schnittwerk_core.utc_text((p_entry).from_starts_at),
  'to_starts_at', schnittwerk_core.utc_text((p_entry).to_starts_at),
  'created_at', schnittwerk_core.utc_text((p_entry).created_at)
);

comment on function schnittwerk_core.history_json(schnittwerk_core.appointment_history) is
  'An entry of an appointment''s history, times in UTC.';

revoke execute on function schnittwerk_core.history_json from public;
