create function schnittwerk.process_waitlist(p_salon_id uuid default null)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('process_waitlist', p_salon_id, schnittwerk_core.process_waitlist(
  p_salon_id
));

comment on function schnittwerk.process_waitlist(uuid) is
  'Ends offers and entries that have expired, offers freed time that has come within waitlist_notification_hours or that nobody took, and answers {"waitlist": {"expired_offers", "expired_entries", "new_offers"}}. To be called every minute or so: it makes prompt what is correct without it. For the service. Refusals: not_authenticated, salon_required, forbidden, not_found.';

revoke execute on function schnittwerk.process_waitlist from public;
grant execute on function schnittwerk.process_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
