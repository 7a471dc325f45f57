create function schnittwerk_core.effective_key(p_idempotency_key text)
returns text
language sql
stable
return coalesce(
  p_idempotency_key,
  schnittwerk_core.request_header('idempotency-key'),
  schnittwerk_core.request_header('x-idempotency-key')
);

comment on function schnittwerk_core.effective_key(text) is
  'The idempotency key: the argument, else the request''s Idempotency-Key or X-Idempotency-Key header.';

revoke execute on function schnittwerk_core.effective_key from public;

create function schnittwerk_core.key_fault(p_key text)
returns jsonb
language sql
stable
parallel safe
return schnittwerk_core.fault(
  'p_idempotency_key', p_key !~ '^[^\x01-\x1f\x7f]{1,255}$', 'required',
  'p_idempotency_key must have 1 to 255 printable characters; the Idempotency-Key header serves too'
);

comment on function schnittwerk_core.key_fault(text) is
  'The fault of an idempotency key: missing, empty, too long or not printable.';

revoke execute on function schnittwerk_core.key_fault from public;
