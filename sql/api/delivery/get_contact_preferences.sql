create function schnittwerk_core.get_contact_preferences(p_customer_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_id constant uuid := schnittwerk_core.contact_of(v_caller, p_customer_id);
begin
  perform schnittwerk_core.log_personal_read(v_caller, 'get_contact_preferences', 1, v_id);
  return schnittwerk_core.contact_preferences_json(v_caller.salon_id, v_id);
end
$$;

comment on function schnittwerk_core.get_contact_preferences(uuid, uuid) is
  'Engine of schnittwerk.get_contact_preferences.';

revoke execute on function schnittwerk_core.get_contact_preferences from public;
grant execute on function schnittwerk_core.get_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_contact_preferences(
  p_customer_id uuid default null, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.get_contact_preferences(p_customer_id, p_salon_id);

comment on function schnittwerk.get_contact_preferences(uuid, uuid) is
  'The language and consents of a customer: {"customer_id", "language", "consents": {"email", "sms", "chat"}}. language is null if none was chosen. Customers see their own, the salon team those of all customers. p_customer_id: null means the caller. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.get_contact_preferences from public;
grant execute on function schnittwerk.get_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
