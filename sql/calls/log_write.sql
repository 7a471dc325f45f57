create function schnittwerk_core.log_write(
  p_operation_type text, p_salon_id uuid, p_answer jsonb
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_is_refusal constant boolean :=
    p_answer ->> 'success' = 'false' and p_answer ->> 'operation_id' is null;
  -- set by the write itself, but for a replay, which does not count whoever made it
  v_is_of_service constant boolean :=
    coalesce(schnittwerk_core.actor() ->> 'role' = 'service', false);
  v_identity record;
  v_salon_id uuid;
  v_role text;
  v_duration interval;
  v_appointment_id text := p_answer #>> '{appointment,id}';
  v_answer jsonb := jsonb_build_object(
    'operation_id', null, 'replayed', false, 'correlation_id', schnittwerk_core.correlation_id()
  ) || p_answer;
begin
  perform set_config('response.status', p_answer ->> 'http_status', true);
  -- what the transaction changes after this is not the API's doing
  perform schnittwerk_core.act_as(null);
  -- The service's writes are not counted, and most salons log nothing: that is found out before
  -- anything that takes longer.
  if not v_is_refusal and v_is_of_service and not exists (
    select from schnittwerk_core.booking_policies p
    where p.policy_key = 'log_operations' and p.policy_value = 'true' and p.is_active
  ) then
    return v_answer;
  end if;

  select i.* into v_identity from schnittwerk_core.identify() i;
  select s.id into v_salon_id
  from schnittwerk_core.salon s
  where s.id = coalesce(
    p_salon_id, v_identity.claimed_salon_id, schnittwerk_core.only_salon_id());
  -- PostgREST answers GET in a transaction that may not write
  if current_setting('transaction_read_only') = 'off' then
    select coalesce(min(p.role), nullif(v_identity.kind, 'user')) into v_role
    from schnittwerk_core.profiles p
    where p.salon_id = v_salon_id and p.id = v_identity.user_id and p.is_active;
    if v_is_refusal then
      insert into schnittwerk_core.refusal (
        salon_id, operation_type, code, caller, role, correlation_id
      )
      values (
        coalesce(v_salon_id, '00000000-0000-0000-0000-000000000000'),
        p_operation_type, p_answer ->> 'code',
        coalesce(v_identity.user_id::text, v_identity.kind),
        nullif(v_role, 'anonymous'), v_answer ->> 'correlation_id'
      );
    end if;
    if v_identity.kind = 'user' and v_salon_id is not null then
      v_answer := schnittwerk_core.count_call(row(v_salon_id, 'user', v_identity.user_id, v_role,
        schnittwerk_core.effective_policies(v_salon_id), null, p_operation_type, null, null, null,
        null, null, null, null, null, null, null, v_answer)::schnittwerk_core.caller);
    end if;
  end if;

  if schnittwerk_core.effective_policies(v_salon_id) ->> 'log_operations' = 'true' then
    if v_answer ->> 'replayed' = 'false' then
      select o.updated_at - o.created_at, o.appointment_id
      into v_duration, v_appointment_id
      from schnittwerk_core.booking_operations o
      where o.salon_id = v_salon_id and o.id = (p_answer ->> 'operation_id')::uuid;
    end if;
    v_duration := coalesce(v_duration, clock_timestamp() - schnittwerk_core.clock());
    raise log '%', jsonb_build_object(
      'message', case
        when p_answer ->> 'success' = 'false' then 'Booking operation refused'
        when p_answer ->> 'replayed' = 'true' then 'Booking operation replayed'
        else 'Booking operation completed' end,
      'correlationId', v_answer ->> 'correlation_id',
      'salonId', v_salon_id,
      'userId', v_identity.user_id,
      'appointmentId', v_appointment_id,
      'operation', p_operation_type,
      'operationId', p_answer ->> 'operation_id',
      'duration', round((1000 * extract(epoch from v_duration))::numeric, 1),
      'status', (p_answer ->> 'http_status')::int,
      'code', p_answer ->> 'code',
      'replayed', p_answer ->> 'replayed' = 'true'
    );
  end if;
  return v_answer;
end
$$;

comment on function schnittwerk_core.log_write(text, uuid, jsonb) is
  'Hands a write''s answer on, as the API''s functions return it: a refusal that no idempotency key stores goes to the refusal log, a signed-in caller''s write is counted for the rate limits (count_call), and under the policy log_operations the write is one line of JSON in the server''s log. duration: milliseconds, of a keyed write those of its operation, else since the client''s statement began.';

revoke execute on function schnittwerk_core.log_write from public;
grant execute on function schnittwerk_core.log_write
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
