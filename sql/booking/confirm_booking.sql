create function schnittwerk_core.confirm_booking(
  p_idempotency_key text, p_appointment_id uuid, p_salon_id uuid
)
returns jsonb
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
return schnittwerk_core.change_status(
  'confirm', 'confirmed', p_idempotency_key, p_appointment_id, p_salon_id);

comment on function schnittwerk_core.confirm_booking(text, uuid, uuid) is
  'Engine of schnittwerk.confirm_booking.';

revoke execute on function schnittwerk_core.confirm_booking from public;
grant execute on function schnittwerk_core.confirm_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
