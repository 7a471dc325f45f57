create function schnittwerk.create_booking(
  p_idempotency_key text,
  p_customer_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_staff_id uuid default null,
  p_notes text default null,
  p_expected_price numeric default null,
  p_override_reason text default null,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('create', p_salon_id, schnittwerk_core.create_booking(
  p_idempotency_key, p_customer_id, p_service_id, p_starts_at, p_staff_id, p_notes,
  p_expected_price, p_override_reason, p_salon_id
));

comment on function schnittwerk.create_booking(text, uuid, uuid, timestamptz, uuid, text, numeric, text, uuid) is
  'Books a service and answers {"success", "operation_id", "replayed", "correlation_id", "http_status", "appointment"} or the refusal. p_idempotency_key: 1 to 255 printable characters, null = the Idempotency-Key header; a retry with the same key and arguments gets the same answer. p_customer_id null = the caller; p_starts_at: a whole minute; p_staff_id null = of those free then whoever has the fewest booked minutes that day; p_notes at most 2000 characters; p_expected_price: refused with price_mismatch where the price is another; p_override_reason: the salon''s people waive notice, horizon (up to 730 days), holidays, hours and availability. End and price are the server''s. Refusals: not_authenticated, salon_required, forbidden, invalid_input, idempotency_key_reused, request_in_flight, rate_limited, not_found, service_not_offered, price_mismatch, notice_too_short, too_far_ahead, holiday, business_closed, outside_business_hours, off_grid, staff_unavailable, slot_conflict.';

revoke execute on function schnittwerk.create_booking from public;
grant execute on function schnittwerk.create_booking
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
