-- No references: the trail outlives what it tells of.
create table schnittwerk_core.audit (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  number bigint not null generated always as identity,
  occurred_at timestamptz not null default schnittwerk_core.clock(),
  table_name text not null,
  row_key jsonb not null,
  action text not null,
  user_id uuid,
  role text not null,
  login text not null default session_user,
  is_override boolean not null default false,
  correlation_id text,
  before jsonb,
  after jsonb,
  constraint audit_pkey primary key (salon_id, occurred_at, id),
  constraint audit_action_is_known check (action in ('insert', 'update', 'delete', 'erase'))
) partition by range (occurred_at);

create index audit_by_erasure
  on schnittwerk_core.audit (salon_id, (row_key ->> 'id'), occurred_at)
  where action = 'erase';

alter table schnittwerk_core.audit enable row level security;

comment on sequence schnittwerk_core.audit_number_seq is 'Numbers the entries.';
comment on table schnittwerk_core.audit is
  'The audit trail: every change of the book, written by trigger, whoever makes it. Entries cannot be changed, and deleted only once the policy retention_audit_days has passed.';
comment on column schnittwerk_core.audit.salon_id is 'The salon.';
comment on column schnittwerk_core.audit.id is 'Identifies the entry within the salon.';
comment on column schnittwerk_core.audit.number is 'Orders the entries of a moment.';
comment on column schnittwerk_core.audit.occurred_at is 'When.';
comment on column schnittwerk_core.audit.table_name is 'Where.';
comment on column schnittwerk_core.audit.row_key is 'Which row: its primary key but for the salon.';
comment on column schnittwerk_core.audit.action is 'insert, update, delete; erase: personal values of the row, or of the person, also in the trail.';
comment on column schnittwerk_core.audit.user_id is 'Who, if it was a user.';
comment on column schnittwerk_core.audit.role is
  'In which role: admin, receptionist, staff, customer, service; user for who had none; owner for somebody who wrote to the table.';
comment on column schnittwerk_core.audit.login is 'The database login of the session.';
comment on column schnittwerk_core.audit.is_override is 'Whether rules were waived; the reason is in audit_personal.';
comment on column schnittwerk_core.audit.correlation_id is 'Ties it to the answer, the events and the client''s logs.';
comment on column schnittwerk_core.audit.before is
  'What was, but for personal values: of a change the columns that changed, of a deletion all.';
comment on column schnittwerk_core.audit.after is
  'What is, but for personal values: of a change the columns that changed, of a new row all.';

select schnittwerk_core.make_partition('audit');

create table schnittwerk_core.audit_personal (
  salon_id uuid not null,
  occurred_at timestamptz not null default schnittwerk_core.clock(),
  audit_id uuid not null,
  subject_id uuid,
  before jsonb,
  after jsonb,
  reason text,
  override_reason text,
  constraint audit_personal_pkey primary key (salon_id, occurred_at, audit_id),
  constraint audit_personal_entry_is_of_the_salon
    foreign key (salon_id, occurred_at, audit_id)
    references schnittwerk_core.audit (salon_id, occurred_at, id)
    on delete cascade on update cascade
) partition by range (occurred_at);

create index audit_personal_by_subject
  on schnittwerk_core.audit_personal (salon_id, subject_id);

alter table schnittwerk_core.audit_personal enable row level security;

comment on table schnittwerk_core.audit_personal is
  'The personal values of the audit trail, apart from it, so that they can be erased while it stays whole. Rows cannot be changed, and deleted only with an entry that records it (record_erasure) or once the policy retention_audit_days has passed.';
comment on column schnittwerk_core.audit_personal.salon_id is 'The salon.';
comment on column schnittwerk_core.audit_personal.occurred_at is 'When the entry was written.';
comment on column schnittwerk_core.audit_personal.audit_id is 'The entry.';
comment on column schnittwerk_core.audit_personal.subject_id is
  'Whose: the customer, else the member of staff, else the row itself; null for what is nobody''s.';
comment on column schnittwerk_core.audit_personal.before is 'As in the entry, the personal columns.';
comment on column schnittwerk_core.audit_personal.after is 'As in the entry, the personal columns.';
comment on column schnittwerk_core.audit_personal.reason is 'Why, where the caller said so.';
comment on column schnittwerk_core.audit_personal.override_reason is 'Why rules were waived.';

select schnittwerk_core.make_partition('audit_personal');
