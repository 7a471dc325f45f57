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
