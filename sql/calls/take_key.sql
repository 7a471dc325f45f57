create function schnittwerk_core.take_key(
  p_caller schnittwerk_core.caller,
  p_idempotency_key text,
  p_arguments jsonb,
  variadic p_faults jsonb[] default '{}'
)
returns schnittwerk_core.caller
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_key constant text := coalesce(p_idempotency_key, schnittwerk_core.key_of_request());
  v_owner constant text := schnittwerk_core.key_owner(p_caller);
  v_fingerprint bytea;
  v_lock bigint;
  v_operation_id uuid;
  v_operation schnittwerk_core.booking_operations;
begin
  if p_caller.answer is not null then
    return p_caller;
  end if;
  p_caller.answer := schnittwerk_core.invalid_input(
    schnittwerk_core.key_fault(v_key) || p_faults
    || case when num_nonnulls(p_caller.reason, p_caller.override_reason) > 0 then array[
      schnittwerk_core.text_fault('p_reason', p_caller.reason, 2000, false),
      schnittwerk_core.text_fault('p_override_reason', p_caller.override_reason, 2000, false)
    ] end);
  if p_caller.answer is not null then
    return p_caller;
  end if;

  -- The lock is taken outside the body's block, so that a refusal there does not give it up.
  v_lock := ('x' || encode(substring(sha256(convert_to(concat_ws(
    E'\n', p_caller.key_salt, v_owner, p_caller.operation_type, v_key
  ), 'UTF8')) for 8), 'hex'))::bit(64)::bigint;
  if not pg_try_advisory_xact_lock(v_lock) and not schnittwerk_core.wait_for_key(v_lock) then
    p_caller.answer := schnittwerk_core.failure('request_in_flight');
    return p_caller;
  end if;
  v_fingerprint := sha256(convert_to(p_arguments::text, 'UTF8'));
  select o.id into v_operation_id
  from schnittwerk_core.booking_operations o
  where o.salon_id = p_caller.salon_id and o.caller = v_owner
    and o.operation_type = p_caller.operation_type and o.idempotency_key = v_key;
  if v_operation_id is not null then
    update schnittwerk_core.booking_operations o
    set replay_count = o.replay_count + (o.request_fingerprint = v_fingerprint)::int
    where o.salon_id = p_caller.salon_id and o.id = v_operation_id
    returning o.* into v_operation;
  end if;
  if v_operation.id is null then
    p_caller.idempotency_key := v_key;
    p_caller.request_fingerprint := v_fingerprint;
    p_caller.operation_id := schnittwerk_core.new_id();
    return schnittwerk_core.start_body(p_caller);
  end if;

  if v_operation.request_fingerprint <> v_fingerprint then
    p_caller.answer := schnittwerk_core.failure('idempotency_key_reused');
    return p_caller;
  end if;
  p_caller.appointment_id := v_operation.appointment_id;
  p_caller.answer := schnittwerk_core.replayed_answer(p_caller, v_operation);
  return p_caller;
end
$$;

comment on function schnittwerk_core.take_key(schnittwerk_core.caller, text, jsonb, jsonb[]) is
  'The second step of a write with an idempotency key. Checks the arguments, all at once. Takes the key: an advisory lock on a salted hash of (salon, caller, type, key), held until the transaction ends. Then looks the key up, and checks the rate limit if it is new. p_arguments: all arguments, normalised; the same key with other arguments is idempotency_key_reused. The caller''s answer becomes a refusal, the stored answer (replayed_answer), or request_in_flight after two seconds.';

revoke execute on function schnittwerk_core.take_key from public;
