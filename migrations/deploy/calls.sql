-- Deploy schnittwerk:calls

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/calls/booking_operations.sql
-- No references: an operation records an answer and outlives its subject.
create table schnittwerk_core.booking_operations (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  operation_type text not null,
  idempotency_key text not null,
  caller text not null,
  request_fingerprint bytea not null,
  status text not null
    generated always as (case when code is null then 'completed' else 'failed' end) stored,
  code text,
  error_message text,
  response jsonb not null,
  appointment_id uuid,
  customer_id uuid,
  starts_at timestamptz,
  override_reason text,
  correlation_id text not null,
  replay_count int not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  constraint booking_operations_pkey primary key (salon_id, id),
  constraint unique_idempotency_key unique (salon_id, caller, operation_type, idempotency_key)
);

create index booking_operations_by_creation
  on schnittwerk_core.booking_operations (salon_id, created_at);

alter table schnittwerk_core.booking_operations enable row level security;

comment on table schnittwerk_core.booking_operations is
  'Every keyed write with its answer, committed together with what it did. It makes retries safe; monitoring reads it.';
comment on column schnittwerk_core.booking_operations.salon_id is 'The salon.';
comment on column schnittwerk_core.booking_operations.id is 'Identifies the operation within the salon.';
comment on column schnittwerk_core.booking_operations.operation_type is
  'create, reschedule, cancel, confirm, complete, no_show, or the name of the function.';
comment on column schnittwerk_core.booking_operations.idempotency_key is 'The caller''s idempotency key.';
comment on column schnittwerk_core.booking_operations.caller is 'Who owns the key: a user''s id, or service.';
comment on column schnittwerk_core.booking_operations.request_fingerprint is
  'SHA-256 of the arguments: the same key with other arguments is refused.';
comment on column schnittwerk_core.booking_operations.status is
  'completed, or failed if there is a code.';
comment on column schnittwerk_core.booking_operations.code is 'The failed rule''s code.';
comment on column schnittwerk_core.booking_operations.error_message is 'The failed rule''s details.';
comment on column schnittwerk_core.booking_operations.response is 'The answer, as it is replayed.';
comment on column schnittwerk_core.booking_operations.appointment_id is 'The appointment that it wrote or was to write.';
comment on column schnittwerk_core.booking_operations.customer_id is 'The customer it concerns.';
comment on column schnittwerk_core.booking_operations.starts_at is 'The start that was asked for, else the appointment''s.';
comment on column schnittwerk_core.booking_operations.override_reason is 'Why rules were waived.';
comment on column schnittwerk_core.booking_operations.correlation_id is 'Ties the request to the client''s logs.';
comment on column schnittwerk_core.booking_operations.replay_count is 'How often the answer was given again.';
comment on column schnittwerk_core.booking_operations.created_at is 'When work on it began (wall clock).';
comment on column schnittwerk_core.booking_operations.updated_at is
  'When it ended (wall clock): the difference is the duration. Replays leave it.';
-- end include

-- include: sql/calls/refusal.sql
-- No references: a refused call may name a salon that does not exist.
create table schnittwerk_core.refusal (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  operation_type text not null,
  code text not null,
  caller text not null,
  role text,
  correlation_id text not null,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint refusal_pkey primary key (salon_id, created_at, id)
) partition by range (created_at);

alter table schnittwerk_core.refusal enable row level security;

create policy refusal_is_read_by_monitoring
on schnittwerk_core.refusal for select to schnittwerk_service using (true);

comment on table schnittwerk_core.refusal is
  'Every refusal of a write that is not stored under an idempotency key, for counting. Only finish_call adds rows, and only delete_operations deletes them. They hold nothing of the arguments.';
comment on column schnittwerk_core.refusal.salon_id is 'The salon; all zeros if the call named no existing salon.';
comment on column schnittwerk_core.refusal.id is 'Identifies the refusal within the salon.';
comment on column schnittwerk_core.refusal.operation_type is 'The write that was refused: as in booking_operations, else the name of the API''s function.';
comment on column schnittwerk_core.refusal.code is 'Why it was refused.';
comment on column schnittwerk_core.refusal.caller is 'Who called: a user''s id, service or anonymous.';
comment on column schnittwerk_core.refusal.role is 'Their role in the salon, service, or null.';
comment on column schnittwerk_core.refusal.correlation_id is 'Ties the refusal to the client''s logs.';
comment on column schnittwerk_core.refusal.created_at is 'When.';
comment on policy refusal_is_read_by_monitoring on schnittwerk_core.refusal is
  'The service, and logins that are granted its role for monitoring, see the rows of all salons.';

select schnittwerk_core.make_partition('refusal');
-- end include

-- include: sql/calls/booking_operations_are_monitored.sql
-- Only these columns: monitoring needs no keys, answers or notes.
grant select (
  salon_id, id, operation_type, status, code, error_message, appointment_id, starts_at,
  correlation_id, replay_count, created_at, updated_at
) on schnittwerk_core.booking_operations to schnittwerk_service;
grant select on schnittwerk_core.refusal to schnittwerk_service;

create policy booking_operations_are_read_by_monitoring
on schnittwerk_core.booking_operations for select to schnittwerk_service using (true);

comment on policy booking_operations_are_read_by_monitoring
on schnittwerk_core.booking_operations is
  'The service, and logins that are granted its role for monitoring, see the rows of all salons.';
-- end include

-- include: sql/calls/key_fault.sql
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
-- end include

-- include: sql/calls/ids_only.sql
create function schnittwerk_core.id_only(p_thing jsonb)
returns jsonb
language sql
immutable
parallel safe
return jsonb_build_object('id', coalesce(p_thing -> 'id', p_thing -> 'appointment_id'));

comment on function schnittwerk_core.id_only(jsonb) is
  'A thing of an answer, reduced to its id; a fee to the id of its appointment.';

revoke execute on function schnittwerk_core.id_only from public;

create function schnittwerk_core.ids_only(p_answer jsonb)
returns jsonb
language sql
immutable
parallel safe
return p_answer || (
  select coalesce(jsonb_object_agg(t.key, case jsonb_typeof(t.value)
    when 'object' then schnittwerk_core.id_only(t.value)
    else (
      select coalesce(jsonb_agg(schnittwerk_core.id_only(i.value)), '[]')
      from jsonb_array_elements(t.value) i
    ) end), '{}')
  from jsonb_each(p_answer) t
  where jsonb_typeof(t.value) = 'object'
    or jsonb_typeof(t.value -> 0) = 'object'
);

comment on function schnittwerk_core.ids_only(jsonb) is
  'A write''s answer with each thing in it reduced to its id: it still shows what became of the request.';

revoke execute on function schnittwerk_core.ids_only from public;
-- end include

-- include: sql/calls/replayed_answer.sql
create function schnittwerk_core.replayed_answer(
  p_caller schnittwerk_core.caller, p_operation schnittwerk_core.booking_operations
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_customer_id constant uuid :=
    schnittwerk_core.current_customer(p_operation.salon_id, p_operation.customer_id);
begin
  if v_customer_id <> p_operation.customer_id then
    p_operation.response := replace(
      p_operation.response::text, p_operation.customer_id::text, v_customer_id::text)::jsonb;
  end if;
  return case
    when p_operation.customer_id is null and schnittwerk_core.is_of_salon(p_caller)
      or schnittwerk_core.may_know_customer(p_caller, v_customer_id)
      then p_operation.response
    else schnittwerk_core.ids_only(p_operation.response)
  end || jsonb_build_object('replayed', true);
end
$$;

comment on function schnittwerk_core.replayed_answer(schnittwerk_core.caller, schnittwerk_core.booking_operations) is
  'The stored answer of an operation for its caller: in full if they may still see its customer, or if it has no customer and they belong to the salon team; else with ids only. A customer who was merged into another is named by the other''s id.';

revoke execute on function schnittwerk_core.replayed_answer from public;
-- end include

-- include: sql/calls/begin_call.sql
create function schnittwerk_core.begin_call(
  p_operation_type text,
  p_salon_id uuid,
  p_roles text[],
  p_reason text default null,
  p_override_reason text default null,
  p_needs_salon boolean default true
)
returns schnittwerk_core.caller
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller :=
    schnittwerk_core.identify_caller(p_salon_id, p_roles, p_needs_salon);
begin
  v_caller.operation_type := p_operation_type;
  v_caller.began_at := clock_timestamp();
  v_caller.correlation_id := schnittwerk_core.correlation_id();
  v_caller.reason := p_reason;
  v_caller.override_reason := p_override_reason;
  if v_caller.answer is null and p_override_reason is not null
    and not schnittwerk_core.is_of_salon(v_caller)
  then
    v_caller.answer := schnittwerk_core.failure(
      'forbidden', 'Only the salon team may override rules');
  end if;
  return v_caller;
end
$$;

comment on function schnittwerk_core.begin_call(text, uuid, text[], text, text, boolean) is
  'Begins a write: identifies caller, salon and role (identify_caller). p_operation_type: its name in booking_operations, in the refusal log and for the rate limits. p_reason, p_override_reason: the caller''s reasons, for the journal; only the salon team may override rules. A refusal becomes the caller''s answer. Then come check_call or take_key, the body if there is no answer yet, and finish_call.';

revoke execute on function schnittwerk_core.begin_call from public;
-- end include

-- include: sql/calls/start_body.sql
create function schnittwerk_core.start_body(p_caller schnittwerk_core.caller)
returns schnittwerk_core.caller
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_kind text;
begin
  if p_caller.answer is null and p_caller.kind = 'user' then
    v_kind := schnittwerk_core.rate_limit_kind(p_caller.operation_type);
    if schnittwerk_core.is_rate_limited(p_caller, v_kind) then
      p_caller.rate_limited_kind := v_kind;
    elsif p_caller.promotion_code is not null
      and schnittwerk_core.is_rate_limited(p_caller, 'code')
    then
      p_caller.rate_limited_kind := 'code';
    end if;
    if p_caller.rate_limited_kind is not null then
      p_caller.answer := schnittwerk_core.failure('rate_limited');
    end if;
  end if;
  if p_caller.answer is null then
    perform set_config('schnittwerk.actor', jsonb_build_object(
      'user_id', p_caller.user_id,
      'role', coalesce(p_caller.role, p_caller.kind),
      'reason', p_caller.reason,
      'override_reason', p_caller.override_reason,
      'correlation_id', p_caller.correlation_id,
      'operation_id', p_caller.operation_id
    )::text, true);
  end if;
  return p_caller;
end
$$;

comment on function schnittwerk_core.start_body(schnittwerk_core.caller) is
  'The last check before the body of a write: its rate limit. From here on the journal records changes as the caller''s.';

revoke execute on function schnittwerk_core.start_body from public;
-- end include

-- include: sql/calls/check_call.sql
create function schnittwerk_core.check_call(
  p_caller schnittwerk_core.caller, variadic p_faults jsonb[] default '{}'
)
returns schnittwerk_core.caller
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_caller.answer is not null then
    return p_caller;
  end if;
  p_caller.answer := schnittwerk_core.invalid_input(p_faults);
  return schnittwerk_core.start_body(p_caller);
end
$$;

comment on function schnittwerk_core.check_call(schnittwerk_core.caller, jsonb[]) is
  'The second step of a write without a key: checks its arguments, all at once, and its rate limit. A refusal becomes the caller''s answer.';

revoke execute on function schnittwerk_core.check_call from public;
-- end include

-- include: sql/calls/wait_for_key.sql
create function schnittwerk_core.wait_for_key(p_lock bigint)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- how long a duplicate waits for the first request with its key
set lock_timeout = '2s'
as $$
begin
  perform pg_advisory_xact_lock(p_lock);
  return true;
exception when lock_not_available then
  return false;
end
$$;

comment on function schnittwerk_core.wait_for_key(bigint) is
  'Waits at most two seconds for the transaction that has taken an idempotency key. Returns false if it is still running. Later statements see the rows that it wrote.';

revoke execute on function schnittwerk_core.wait_for_key from public;
-- end include

-- include: sql/calls/take_key.sql
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
-- end include

-- include: sql/calls/refused.sql
create function schnittwerk_core.refused(
  p_caller schnittwerk_core.caller,
  p_sqlstate text,
  p_message text,
  p_detail text,
  p_constraint text
)
returns schnittwerk_core.caller
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_sqlstate ~ '^PT' then
    p_caller.answer := schnittwerk_core.failure(p_message, p_detail) || case
      when p_constraint <> '' then jsonb_build_object('item', p_constraint::int) else '{}' end;
  elsif p_sqlstate = '23P01' then
    -- Only direct SQL and old snapshots get past the lock. The DETAIL would show another's times.
    p_caller.answer := schnittwerk_core.failure('slot_conflict');
  else
    p_caller.answer := schnittwerk_core.constraint_failure(
      p_constraint, case when p_constraint = 'salon_time_zone_is_known' then p_detail end);
    if p_caller.answer is null and p_sqlstate in ('23503', '23505') then
      -- Another transaction has changed what this one had checked: a retry sees it.
      raise exception using
        errcode = 'serialization_failure',
        message = 'could not serialize access due to concurrent changes',
        hint = 'Repeat the whole call with the same key.';
    end if;
    p_caller.answer := coalesce(p_caller.answer, schnittwerk_core.invalid_input(array[
      schnittwerk_core.fault('', true, p_constraint, replace(p_constraint, '_', ' '))]));
  end if;
  -- The registry words a rule as the failure of a booking. Other operations have their own titles.
  p_caller.answer := p_caller.answer || coalesce((
    select jsonb_build_object('error', t.title)
    from schnittwerk_core.error_code e
    cross join lateral (
      -- Visits have the titles of appointments.
      select case replace(p_caller.operation_type, '_visit', '')
        when 'cancel' then 'Booking cancellation failed'
        when 'reschedule' then case e.code
          when 'slot_conflict' then 'New time slot not available'
          else 'Booking reschedule failed' end
        when 'hold_slot' then 'Slot hold failed'
        when 'release_hold' then 'Hold release failed'
        when 'waive_fee' then 'Fee waiver failed'
        when 'join_waitlist' then 'Waitlist entry failed'
        when 'update_waitlist_entry' then case when e.code <> 'wrong_status'
          then 'Waitlist entry failed' end
        when 'delete_salon' then 'Salon deletion failed'
        when 'erase_customer' then 'Customer erasure failed'
        when 'merge_customers' then 'Customer merge failed'
        when 'unmerge_customer' then 'Customer unmerge failed'
      end as title
    ) t
    where e.code = p_caller.answer ->> 'code' and e.is_rule and t.title is not null
  ), '{}');
  return p_caller;
end
$$;

comment on function schnittwerk_core.refused(schnittwerk_core.caller, text, text, text, text) is
  'Turns what left the body of a write into the caller''s answer. A refusal (SQLSTATE PTxxx, raised by refuse) becomes the failure envelope; p_constraint is then the item of a visit that fails. The violation of a constraint (class 23) becomes a fault of the arguments, or 40001 if another transaction was first. Its message and DETAIL never reach a client.';

revoke execute on function schnittwerk_core.refused from public;
-- end include

-- include: sql/calls/log_call.sql
create function schnittwerk_core.log_call(p_caller schnittwerk_core.caller)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  raise log '%', jsonb_build_object(
    'message', case
      when p_caller.answer ->> 'success' = 'false' then 'Booking operation refused'
      when p_caller.answer ->> 'replayed' = 'true' then 'Booking operation replayed'
      else 'Booking operation completed' end,
    'correlationId', p_caller.answer ->> 'correlation_id',
    'salonId', p_caller.salon_id,
    'userId', p_caller.user_id,
    'appointmentId', p_caller.appointment_id,
    'operation', p_caller.operation_type,
    'operationId', p_caller.answer ->> 'operation_id',
    'duration', round((1000 * extract(epoch from clock_timestamp() - p_caller.began_at))::numeric, 1),
    'status', (p_caller.answer ->> 'http_status')::int,
    'code', p_caller.answer ->> 'code',
    'replayed', p_caller.answer ->> 'replayed' = 'true'
  );
end
$$;

comment on function schnittwerk_core.log_call(schnittwerk_core.caller) is
  'Writes a finished call as one line of JSON to the server''s log. duration: milliseconds since it began.';

revoke execute on function schnittwerk_core.log_call from public;
-- end include

-- include: sql/calls/finish_call.sql
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
-- end include

-- include: sql/calls/delete_operations.sql
create function schnittwerk_core.delete_operations(
  p_salon_id uuid, p_older_than_days int, p_is_dry_run boolean default false
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- Looks rows up by their keys: the plan for many rows would read the whole table.
set plan_cache_mode = force_custom_plan
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_before constant timestamptz :=
    schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  v_salon_ids constant uuid[] :=
    array[p_salon_id, '00000000-0000-0000-0000-000000000000'];
  v_operations bigint;
  v_refusals bigint;
begin
  if p_is_dry_run then
    return jsonb_build_object(
      'operations', (
        select count(*) from schnittwerk_core.booking_operations o
        where o.salon_id = p_salon_id and o.created_at < v_before
      ),
      'refusals', (
        select count(*) from schnittwerk_core.refusal r
        where r.salon_id = any (v_salon_ids) and r.created_at < v_before
      )
    );
  end if;
  -- Leaves locked rows to the next call, so that nobody waits for a purge.
  with gone as (
    delete from schnittwerk_core.booking_operations o
    where o.salon_id = p_salon_id and o.id = any (array(
      select old.id
      from schnittwerk_core.booking_operations old
      where old.salon_id = p_salon_id and old.created_at < v_before
      order by old.created_at
      limit 10000
      for update skip locked
    ))
    returning 1
  )
  select count(*) into v_operations from gone;

  with old as materialized (
    select r.salon_id, r.created_at, r.id
    from schnittwerk_core.refusal r
    where r.salon_id = any (v_salon_ids) and r.created_at < v_before
    limit 10000
    for update skip locked
  ), gone as (
    delete from schnittwerk_core.refusal r
    using old
    where r.salon_id = old.salon_id and r.created_at = old.created_at and r.id = old.id
    returning 1
  )
  select count(*) into v_refusals from gone;
  return jsonb_build_object('operations', v_operations, 'refusals', v_refusals);
end
$$;

comment on function schnittwerk_core.delete_operations(uuid, int, boolean) is
  'Deletes a salon''s operations and refusals that are older than the given days, at most 10000 of each. Returns their numbers: {"operations", "refusals"}. Refusals that belong to no salon are deleted with those of any salon. p_is_dry_run: only counts, without a limit.';

revoke execute on function schnittwerk_core.delete_operations from public;
-- end include

-- include: sql/calls/give_operations.sql
create function schnittwerk_core.give_operations(
  p_salon_id uuid, p_from_id uuid, p_to_id uuid, p_ids uuid[]
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
begin atomic
  update schnittwerk_core.booking_operations o
  set
    customer_id = p_to_id,
    response = replace(o.response::text, p_from_id::text, p_to_id::text)::jsonb
  where o.salon_id = p_salon_id and o.customer_id = p_from_id
    and (o.appointment_id = any (p_ids) or exists (
      select from unnest(array['appointment', 'visit', 'hold', 'waitlist_entry']) t (thing)
      where o.response #>> array[t.thing, 'id'] = any (p_ids::text[])
    ));
end;

comment on function schnittwerk_core.give_operations(uuid, uuid, uuid, uuid[]) is
  'Gives one customer the operations of another that are about things with these ids; their answers then name that customer.';

revoke execute on function schnittwerk_core.give_operations from public;
-- end include

commit;
