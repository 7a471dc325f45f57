create function schnittwerk_core.mark_no_show(
  p_idempotency_key text, p_appointment_id uuid, p_salon_id uuid
)
returns jsonb
language sql
volatile
security definer
set search_path = pg_catalog, pg_temp
return schnittwerk_core.change_status(
  'no_show', 'no_show', p_idempotency_key, p_appointment_id, p_salon_id);

comment on function schnittwerk_core.mark_no_show(text, uuid, uuid) is
  'Engine of schnittwerk.mark_no_show.';

revoke execute on function schnittwerk_core.mark_no_show from public;
grant execute on function schnittwerk_core.mark_no_show
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
