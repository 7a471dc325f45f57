create function schnittwerk.set_contact_preferences(
  p_customer_id uuid default null,
  p_language text default null,
  p_consents jsonb default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('set_contact_preferences', p_salon_id,
  schnittwerk_core.set_contact_preferences(p_customer_id, p_language, p_consents, p_salon_id)
);

comment on function schnittwerk.set_contact_preferences(uuid, text, jsonb, uuid) is
  'Sets in which language a customer is written to and by which channels they have agreed to it, and answers {"contact_preferences"}. p_customer_id null = the caller; p_language: ISO 639-1, such as de; p_consents: {"email", "sms", "chat"} with true or false; null or absent = unchanged. Nothing is sent by a channel that was not agreed to. Customers set their own, the salon''s people anybody''s. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_contact_preferences from public;
grant execute on function schnittwerk.set_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
