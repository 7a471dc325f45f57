create function schnittwerk_core.key_of_request()
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    schnittwerk_core.request_header('idempotency-key'),
    schnittwerk_core.request_header('x-idempotency-key')
  );
end
$$;

comment on function schnittwerk_core.key_of_request() is
  'The idempotency key of the gateway''s request: its Idempotency-Key or X-Idempotency-Key header.';

revoke execute on function schnittwerk_core.key_of_request from public;

create function schnittwerk_core.key_fault(p_key text)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_key is null or p_key = '' then
    return schnittwerk_core.fault(
      'p_idempotency_key', true, 'required',
      'p_idempotency_key must have 1 to 255 printable characters; the Idempotency-Key header serves too');
  elsif p_key ~ '[\t\n\r]' and length(p_key) <= 255 then
    return schnittwerk_core.fault(
      'p_idempotency_key', true, 'control_character',
      'p_idempotency_key must not contain control characters');
  end if;
  return schnittwerk_core.text_fault('p_idempotency_key', p_key, 255);
end
$$;

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
