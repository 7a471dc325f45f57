-- No references: the journal outlives the rows it records.
create table schnittwerk_core.journal (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  -- Before the number, so that every transaction with a number has an id.
  transaction_id xid8 not null default pg_current_xact_id(),
  number bigint not null generated always as identity,
  occurred_at timestamptz not null default schnittwerk_core.clock(),
  table_name text not null,
  row_key jsonb not null,
  subject_id uuid not null,
  kind text not null,
  user_id uuid,
  role text not null,
  login text not null default session_user,
  operation_id uuid,
  correlation_id text,
  is_override boolean not null default false,
  before jsonb,
  after jsonb,
  constraint journal_pkey primary key (salon_id, occurred_at, id)
) partition by range (occurred_at);

-- Each index costs every write of the book.
create index journal_by_transaction
  on schnittwerk_core.journal (salon_id, transaction_id, number);
create index journal_by_subject on schnittwerk_core.journal (salon_id, subject_id);

alter table schnittwerk_core.journal enable row level security;

comment on sequence schnittwerk_core.journal_number_seq is 'Numbers the entries.';
comment on table schnittwerk_core.journal is
  'What happened: one entry for each change of a table of the book, written by trigger, also for direct SQL. The audit trail, the events and the history of appointments are views of it. Entries cannot be changed; they can be deleted once retention_audit_days has passed, but not while they are the history of an appointment that exists.';
comment on column schnittwerk_core.journal.salon_id is 'The salon.';
comment on column schnittwerk_core.journal.id is
  'Identifies the entry within the salon; consumers recognise by it the events that they have seen.';
comment on column schnittwerk_core.journal.transaction_id is
  'The transaction that wrote it. A reader never passes an entry whose transaction had not committed.';
comment on column schnittwerk_core.journal.number is
  'Orders the entries of a moment, and those about one subject; not gapless.';
comment on column schnittwerk_core.journal.occurred_at is 'When.';
comment on column schnittwerk_core.journal.table_name is 'Where.';
comment on column schnittwerk_core.journal.row_key is 'Which row: its primary key without the salon.';
comment on column schnittwerk_core.journal.subject_id is
  'What it is about: the row''s id, or the first id of its key, or the salon if the key has none.';
comment on column schnittwerk_core.journal.kind is
  'created, updated or deleted. The new status if that changed; rescheduled if the service, time or staff changed and the status did not. due for a reminder. erased if personal values of the row or person were deleted, also from journal_personal.';
comment on column schnittwerk_core.journal.user_id is 'Who, if it was a user.';
comment on column schnittwerk_core.journal.role is
  'In which role: admin, receptionist, staff, customer, service; user for a signed-in user without a role; owner for direct SQL.';
comment on column schnittwerk_core.journal.login is 'The database login of the session.';
comment on column schnittwerk_core.journal.operation_id is 'The operation that made the change, if it was one.';
comment on column schnittwerk_core.journal.correlation_id is
  'Ties it to the answer and to the client''s logs.';
comment on column schnittwerk_core.journal.is_override is
  'Whether rules were waived; the reason is in journal_personal.';
comment on column schnittwerk_core.journal.before is
  'The values before, without personal ones: for an update the columns that changed, for a deletion all.';
comment on column schnittwerk_core.journal.after is 'The row as it became, without personal values.';

select schnittwerk_core.make_partition('journal');

create table schnittwerk_core.journal_personal (
  salon_id uuid not null,
  occurred_at timestamptz not null default schnittwerk_core.clock(),
  journal_id uuid not null,
  subject_id uuid,
  before jsonb,
  after jsonb,
  reason text,
  override_reason text,
  constraint journal_personal_pkey primary key (salon_id, occurred_at, journal_id),
  constraint journal_personal_entry_is_of_the_salon
    foreign key (salon_id, occurred_at, journal_id)
    references schnittwerk_core.journal (salon_id, occurred_at, id)
    on delete cascade on update cascade
) partition by range (occurred_at);

create index journal_personal_by_subject
  on schnittwerk_core.journal_personal (salon_id, subject_id);

alter table schnittwerk_core.journal_personal enable row level security;

comment on table schnittwerk_core.journal_personal is
  'The personal values of the journal, apart from it, so that they can be erased while it stays whole. They can be deleted only with an entry that records it (record_erasure) or once retention_audit_days has passed.';
comment on column schnittwerk_core.journal_personal.salon_id is 'The salon.';
comment on column schnittwerk_core.journal_personal.occurred_at is 'When the entry was written.';
comment on column schnittwerk_core.journal_personal.journal_id is 'The entry.';
comment on column schnittwerk_core.journal_personal.subject_id is
  'Whose they are: the customer''s, else the member of staff''s, else the row''s own; null if nobody''s.';
comment on column schnittwerk_core.journal_personal.before is
  'The personal columns that changed, as they were; for a deletion all.';
comment on column schnittwerk_core.journal_personal.after is
  'The personal columns that changed, as they became; for a new row all.';
comment on column schnittwerk_core.journal_personal.reason is 'The caller''s reason, if any.';
comment on column schnittwerk_core.journal_personal.override_reason is 'Why rules were waived.';

select schnittwerk_core.make_partition('journal_personal');
