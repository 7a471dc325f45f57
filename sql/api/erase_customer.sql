create function schnittwerk.erase_customer(p_customer_id uuid, p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('erase_customer', p_salon_id,
  schnittwerk_core.erase_customer(p_customer_id, p_salon_id)
);

comment on function schnittwerk.erase_customer(uuid, uuid) is
  'Erases a person (GDPR article 17): name, addresses, notes, reasons, consents, the answers kept for retries but for ids, what mail servers said, the values in the audit trail, and the profile of a user who is nothing else in the salon. What was booked stays, without saying by whom; that it was done is in the audit trail, and an event customer.erased tells those who have copies. Answers {"erased": {"customer_id", "appointments", "history", "waitlist_entries", "operations", "deliveries", "audit_values"}}, rows each; again, it finds nothing more. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found, wrong_status (appointments to come, or on the waitlist).';

revoke execute on function schnittwerk.erase_customer from public;
grant execute on function schnittwerk.erase_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
