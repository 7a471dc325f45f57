create function schnittwerk_core.finish_call(p_caller schnittwerk_core.caller)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_code constant text := p_caller.answer ->> 'code';
  v_is_replay constant boolean := p_caller.answer ? 'replayed';
  v_is_stored boolean := p_caller.idempotency_key is not null;
begin
  -- Later changes of this transaction are not the API's.
  perform
    set_config('schnittwerk.actor', '', true),
    set_config('response.status', p_caller.answer ->> 'http_status', true);
  if v_is_stored and v_code is not null then
    select e.is_rule into strict v_is_stored
    from schnittwerk_core.error_code e
    where e.code = v_code;
  end if;
  if not v_is_replay then
    p_caller.answer := p_caller.answer || jsonb_build_object(
      'operation_id', case when v_is_stored then p_caller.operation_id end,
      'replayed', false,
      'correlation_id', p_caller.correlation_id
    );
  end if;
  if v_is_stored then
    insert into schnittwerk_core.booking_operations (
      salon_id, id, operation_type, idempotency_key, caller, request_fingerprint, code,
      error_message, response, appointment_id, customer_id, starts_at, override_reason,
      correlation_id, created_at
    )
    values (
      p_caller.salon_id, p_caller.operation_id, p_caller.operation_type, p_caller.idempotency_key,
      schnittwerk_core.key_owner(p_caller), p_caller.request_fingerprint, v_code,
      p_caller.answer ->> 'details', p_caller.answer, p_caller.appointment_id,
      p_caller.customer_id, p_caller.starts_at, p_caller.override_reason,
      p_caller.correlation_id, p_caller.began_at
    )
    on conflict on constraint unique_idempotency_key do nothing;
    if not found then
      raise exception using
        errcode = 'serialization_failure',
        message = 'could not serialize access: another request has used the key',
        hint = 'Repeat the whole call with the same key: it gets that request''s answer.';
    end if;
  end if;
  -- PostgREST answers GET in a read-only transaction.
  if current_setting('transaction_read_only') = 'off' then
    if v_code is not null and not v_is_stored and not v_is_replay then
      insert into schnittwerk_core.refusal (
        salon_id, operation_type, code, caller, role, correlation_id
      )
      values (
        coalesce(p_caller.salon_id, '00000000-0000-0000-0000-000000000000'),
        p_caller.operation_type, v_code,
        case p_caller.kind when 'user' then p_caller.user_id::text else p_caller.kind end,
        p_caller.role, p_caller.correlation_id
      );
    end if;
    if p_caller.kind = 'user' and p_caller.salon_id is not null then
      p_caller.answer := schnittwerk_core.count_call(p_caller);
    end if;
  end if;
  if p_caller.policies ->> 'log_operations' = 'true' then
    perform schnittwerk_core.log_call(p_caller);
  end if;
  return p_caller.answer;
end
$$;

comment on function schnittwerk_core.finish_call(schnittwerk_core.caller) is
  'Ends a write and returns its answer. Stores a success, or a refusal by a rule, under the key as an operation. Adds any other refusal to the refusal log. Counts the write of a signed-in caller for the rate limits, and logs it under the policy log_operations. Raises 40001 if a transaction that this one cannot see has used the key.';

revoke execute on function schnittwerk_core.finish_call from public;
