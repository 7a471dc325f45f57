create function schnittwerk.export_customer(
  p_customer_id uuid default null, p_salon_id uuid default null
)
returns jsonb
language sql
stable
return schnittwerk_core.export_customer(p_customer_id, p_salon_id);

comment on function schnittwerk.export_customer(uuid, uuid) is
  'All that is kept of one person (GDPR article 15): {"exported_at", "salon", "customer", "profile", "contact_preferences", "appointments" with their history, "waitlist" with its offers, "operations", "messages", "audit"}. p_customer_id null = the caller. For admins; others get their own, without the salon''s own notes on them, who of the salon did what, and why exceptions were made. Raises not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.export_customer from public;
grant execute on function schnittwerk.export_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
