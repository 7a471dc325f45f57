create type schnittwerk_core.caller as (
  salon_id uuid,
  kind text,
  user_id uuid,
  role text,
  policies jsonb,
  key_salt uuid,
  operation_type text,
  began_at timestamptz,
  operation_id uuid,
  correlation_id text,
  idempotency_key text,
  request_fingerprint bytea,
  reason text,
  override_reason text,
  customer_id uuid,
  appointment_id uuid,
  starts_at timestamptz,
  promotion_code text,
  rate_limited_kind text,
  answer jsonb
);

comment on type schnittwerk_core.caller is
  'Who is calling, and how far the call has come. kind: anonymous, user or service. role in the salon: admin, receptionist, staff, customer, service, or null. policies: the salon''s, as they hold. A write also has its operation_type, the ids that tie its records together, the idempotency key that it has taken, what it is about (customer_id, appointment_id, starts_at, promotion_code), and the rate limit that it has reached. answer: a refusal, a stored answer or what the body answers; null until then.';
