-- No references: a refusal may be of a call that names no salon that there is, and tells nothing
-- but that it was refused.
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
  'Every refusal of a write that is not stored under an idempotency key, to be counted: rows are added by log_write and removed by purge_operations only, and hold nothing of the arguments.';
comment on column schnittwerk_core.refusal.salon_id is 'The salon; all zeros where the call named none that there is.';
comment on column schnittwerk_core.refusal.id is 'Identifies the refusal within the salon.';
comment on column schnittwerk_core.refusal.operation_type is 'What was asked for: as in booking_operations, else the name of the API''s function.';
comment on column schnittwerk_core.refusal.code is 'Why it was refused.';
comment on column schnittwerk_core.refusal.caller is 'Who asked: a user''s id, service or anonymous.';
comment on column schnittwerk_core.refusal.role is 'Their role in the salon, service, or null.';
comment on column schnittwerk_core.refusal.correlation_id is 'Ties the refusal to the client''s logs.';
comment on column schnittwerk_core.refusal.created_at is 'When.';
comment on policy refusal_is_read_by_monitoring on schnittwerk_core.refusal is
  'The service, and who is granted its role to monitor, sees all salons'' rows.';

select schnittwerk_core.make_partition('refusal');
