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
