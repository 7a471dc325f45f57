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
return coalesce(
  schnittwerk_core.fault(
    'p_idempotency_key', p_key = '', 'required',
    'p_idempotency_key must have 1 to 255 printable characters; the Idempotency-Key header serves too'),
  schnittwerk_core.text_fault('p_idempotency_key', p_key, 255),
  schnittwerk_core.fault(
    'p_idempotency_key', p_key ~ '[\t\n\r]', 'control_character',
    'p_idempotency_key must not contain control characters')
);

comment on function schnittwerk_core.key_fault(text) is
  'The fault of an idempotency key: missing, empty, too long or not printable.';

revoke execute on function schnittwerk_core.key_fault from public;

create function schnittwerk_core.key_owner(p_caller schnittwerk_core.caller)
returns text
language sql
immutable
parallel safe
return coalesce((p_caller).user_id::text, 'service');

comment on function schnittwerk_core.key_owner(schnittwerk_core.caller) is
  'Whose idempotency keys a call uses: the user''s, else the service''s.';

revoke execute on function schnittwerk_core.key_owner from public;
