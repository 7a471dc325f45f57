create function schnittwerk.join_waitlist(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_preferred_start_date date,
  p_preferred_end_date date,
  p_staff_id uuid default null,
  p_preferred_times time[] default null,
  p_preferred_days int[] default null,
  p_priority int default 0,
  p_notes text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('join_waitlist', p_salon_id, schnittwerk_core.join_waitlist(
  p_idempotency_key, p_customer_id, p_service_id, p_preferred_start_date, p_preferred_end_date,
  p_staff_id, p_preferred_times, p_preferred_days, p_priority, p_notes, p_salon_id
));

comment on function schnittwerk.join_waitlist(text, uuid, uuid, date, date, uuid, time[], int[], int, text, uuid) is
  'Puts a customer on the waitlist for a service and answers {"waitlist_entry"}. p_idempotency_key as for create_booking; p_customer_id null = the caller; the local dates from p_preferred_start_date to p_preferred_end_date (at most 730 days later); p_staff_id null = anyone; p_preferred_times: exact local starts, 1 to 96, null = any; p_preferred_days: 0 = Sunday to 6, null = any; p_priority: 0 to 10, higher first, set by the salon''s people only; p_notes at most 2000 characters, kept with the booking. One active entry per customer and service. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, already_exists, service_not_offered.';

revoke execute on function schnittwerk.join_waitlist from public;
grant execute on function schnittwerk.join_waitlist
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
