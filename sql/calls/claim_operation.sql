create function schnittwerk_core.claim_operation(
  p_caller schnittwerk_core.caller,
  p_operation_type text,
  p_idempotency_key text,
  p_arguments jsonb,
  p_starts_at timestamptz,
  p_customer_id uuid default null,
  p_reason text default null,
  p_override_reason text default null,
  out operation schnittwerk_core.booking_operations,
  out answer jsonb
)
returns record
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- how long a duplicate waits for the first request with its key
set lock_timeout = '2s'
as $$
declare
  v_caller constant text := coalesce((p_caller).user_id::text, 'service');
  v_fingerprint constant bytea := sha256(convert_to(p_arguments::text, 'UTF8'));
begin
  insert into schnittwerk_core.booking_operations as o (
    salon_id, operation_type, idempotency_key, caller, request_fingerprint,
    customer_id, starts_at, override_reason, correlation_id
  )
  values (
    (p_caller).salon_id, p_operation_type, p_idempotency_key, v_caller, v_fingerprint,
    p_customer_id, p_starts_at, p_override_reason, schnittwerk_core.correlation_id()
  )
  on conflict on constraint unique_idempotency_key do nothing
  returning o.* into operation;
  if found then
    if schnittwerk_core.is_rate_limited(p_caller, p_operation_type) then
      answer := schnittwerk_core.abandon_operation(operation, null, 'rate_limited');
    else
      perform schnittwerk_core.act_as(
        p_caller, operation.correlation_id, p_reason, p_override_reason);
    end if;
    return;
  end if;

  update schnittwerk_core.booking_operations o
  set replay_count = o.replay_count + 1
  where o.salon_id = (p_caller).salon_id and o.caller = v_caller
    and o.operation_type = p_operation_type and o.idempotency_key = p_idempotency_key
    and o.request_fingerprint = v_fingerprint
  returning o.* into operation;
  if found then
    answer := schnittwerk_core.replayed_answer(p_caller, operation);
    perform set_config('response.status', answer ->> 'http_status', true);
  else
    answer := schnittwerk_core.failure('idempotency_key_reused');
  end if;
exception when lock_not_available then
  answer := schnittwerk_core.failure('request_in_flight');
end
$$;

comment on function schnittwerk_core.claim_operation(schnittwerk_core.caller, text, text, jsonb, timestamptz, uuid, text, text) is
  'Claims an idempotency key in the write''s own transaction. operation: the new row, to be ended by end_operation, the changes that follow being the caller''s (act_as); or answer: the stored answer replayed (replayed_answer), idempotency_key_reused, rate_limited, or request_in_flight after two seconds.';

revoke execute on function schnittwerk_core.claim_operation from public;
