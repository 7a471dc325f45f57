create function schnittwerk.get_contact_preferences(
  p_customer_id uuid default null, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.get_contact_preferences(p_customer_id, p_salon_id);

comment on function schnittwerk.get_contact_preferences(uuid, uuid) is
  'A customer''s {"customer_id", "language", "consents": {"email", "sms", "chat"}}; language null = none chosen. p_customer_id null = the caller. Customers see their own, the salon''s people anybody''s. Raises not_authenticated, salon_required, forbidden, invalid_input, not_found.';

revoke execute on function schnittwerk.get_contact_preferences from public;
grant execute on function schnittwerk.get_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
