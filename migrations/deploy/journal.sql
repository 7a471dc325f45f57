-- Deploy schnittwerk:journal

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/journal/events.sql
create table schnittwerk_core.events (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  transaction_id xid8 not null default pg_current_xact_id(),
  number bigint not null generated always as identity,
  type text not null,
  subject_id uuid not null,
  version int not null default 1,
  correlation_id text,
  data jsonb not null,
  occurred_at timestamptz not null default schnittwerk_core.clock(),
  constraint events_pkey primary key (salon_id, id, occurred_at),
  constraint events_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint events_type_is_thing_and_change check (type ~ '^[a-z_]+\.[a-z_]+$')
) partition by range (occurred_at);

create index events_by_transaction
  on schnittwerk_core.events (salon_id, transaction_id, number);
create index events_by_time on schnittwerk_core.events (salon_id, occurred_at);

alter table schnittwerk_core.events enable row level security;

comment on sequence schnittwerk_core.events_number_seq is 'Numbers the events.';

comment on table schnittwerk_core.events is
  'The outbox: what happened, written by triggers in the transaction that did it, for consumers to read. Names and addresses are not in it.';
comment on column schnittwerk_core.events.salon_id is 'The salon.';
comment on column schnittwerk_core.events.id is 'Identifies the event; consumers recognise by it what they have seen.';
comment on column schnittwerk_core.events.transaction_id is
  'Which transaction wrote it: a reader passes no event of one that had not committed.';
comment on column schnittwerk_core.events.number is 'Rises with every event of a subject; not gapless.';
comment on column schnittwerk_core.events.type is 'The kind of thing and what became of it, such as appointment.cancelled.';
comment on column schnittwerk_core.events.subject_id is
  'The appointment, waitlist entry, offer or holiday; the salon for its policies.';
comment on column schnittwerk_core.events.version is 'Version of the payload''s format.';
comment on column schnittwerk_core.events.correlation_id is 'Ties the event to the request.';
comment on column schnittwerk_core.events.data is 'The row as it became, without free text; times in UTC.';
comment on column schnittwerk_core.events.occurred_at is 'When it happened.';

select schnittwerk_core.make_partition('events');
-- end include

-- include: sql/journal/event_json.sql
create function schnittwerk_core.event_json(p_event schnittwerk_core.events)
returns jsonb
language sql
stable
parallel safe
return jsonb_build_object(
  'version', (p_event).version,
  'id', (p_event).id,
  'type', (p_event).type,
  'occurred_at', schnittwerk_core.utc_text((p_event).occurred_at),
  'salon_id', (p_event).salon_id,
  'subject_id', (p_event).subject_id,
  'sequence', (p_event).number,
  'correlation_id', (p_event).correlation_id,
  'data', (p_event).data
);

comment on function schnittwerk_core.event_json(schnittwerk_core.events) is
  'An event as consumers get it.';

revoke execute on function schnittwerk_core.event_json from public;
-- end include

-- include: sql/journal/emit_event.sql
create function schnittwerk_core.emit_event(
  p_salon_id uuid, p_type text, p_subject_id uuid, p_data jsonb
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.events (salon_id, type, subject_id, correlation_id, data)
  values (
    p_salon_id, p_type, p_subject_id,
    schnittwerk_core.given_correlation_id(),
    p_data
  );
end
$$;

comment on function schnittwerk_core.emit_event(uuid, text, uuid, jsonb) is
  'Writes an event of the change that is under way.';

revoke execute on function schnittwerk_core.emit_event from public;
-- end include

-- include: sql/journal/emit_policy_events.sql
create function schnittwerk_core.emit_policy_events()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policy constant schnittwerk_core.booking_policies :=
    case when tg_op = 'DELETE' then old else new end;
begin
  perform schnittwerk_core.emit_event(
    v_policy.salon_id,
    case when tg_op = 'DELETE' then 'policy.deleted' else 'policy.set' end,
    v_policy.salon_id,
    -- free text may name people
    to_jsonb(v_policy) - 'description'
      || jsonb_build_object('updated_at', schnittwerk_core.utc_text(v_policy.updated_at))
  );
  return null;
end
$$;

comment on function schnittwerk_core.emit_policy_events() is
  'Tells of a booking policy: set, or deleted, after which the default holds.';

revoke execute on function schnittwerk_core.emit_policy_events from public;

create trigger booking_policies_emit_events
after insert or update or delete on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.emit_policy_events();
-- end include

-- include: sql/journal/personal_column.sql
create table schnittwerk_core.personal_column (
  table_name text not null,
  column_name text not null,
  about text not null,
  erasure text not null,
  constraint personal_column_pkey primary key (table_name, column_name),
  constraint personal_column_about_is_known check (about in ('customer', 'staff', 'anyone')),
  constraint personal_column_erasure_is_known
    check (erasure in ('emptied', 'row_deleted', 'reduced_to_ids', 'kept'))
);

alter table schnittwerk_core.personal_column enable row level security;

comment on table schnittwerk_core.personal_column is
  'Every column that holds personal data (ids aside, which name nobody by themselves): what the audit trail keeps apart, what is exported and what is erased.';
comment on column schnittwerk_core.personal_column.table_name is 'The table.';
comment on column schnittwerk_core.personal_column.column_name is 'The column.';
comment on column schnittwerk_core.personal_column.about is
  'Whose data it is: customer, staff, or anyone whom free text of the salon may name.';
comment on column schnittwerk_core.personal_column.erasure is
  'What erase_customer does with a customer''s: emptied (null, or a placeholder for a name), row_deleted, reduced_to_ids, or kept (it is not a customer''s).';

insert into schnittwerk_core.personal_column (table_name, column_name, about, erasure)
values
  ('customers', 'full_name', 'customer', 'emptied'),
  ('customers', 'email', 'customer', 'emptied'),
  ('customers', 'phone', 'customer', 'emptied'),
  ('customers', 'notes', 'customer', 'emptied'),
  ('profiles', 'full_name', 'customer', 'row_deleted'),
  ('profiles', 'email', 'customer', 'row_deleted'),
  ('contact_preference', 'language', 'customer', 'row_deleted'),
  ('contact_consent', 'is_given', 'customer', 'row_deleted'),
  ('appointments', 'notes', 'customer', 'emptied'),
  ('appointments', 'cancellation_reason', 'customer', 'emptied'),
  ('appointment_history', 'reason', 'customer', 'emptied'),
  ('appointment_history', 'override_reason', 'customer', 'emptied'),
  ('waitlist', 'notes', 'customer', 'emptied'),
  ('booking_operations', 'response', 'customer', 'reduced_to_ids'),
  ('booking_operations', 'override_reason', 'customer', 'emptied'),
  ('event_delivery', 'last_error', 'customer', 'emptied'),
  ('audit_personal', 'before', 'anyone', 'row_deleted'),
  ('audit_personal', 'after', 'anyone', 'row_deleted'),
  ('audit_personal', 'reason', 'anyone', 'row_deleted'),
  ('audit_personal', 'override_reason', 'anyone', 'row_deleted'),
  ('staff', 'full_name', 'staff', 'kept'),
  ('staff', 'email', 'staff', 'kept'),
  ('staff', 'phone', 'staff', 'kept'),
  ('staff_timeoff', 'type', 'staff', 'kept'),
  ('holidays', 'description', 'anyone', 'kept'),
  ('booking_policies', 'description', 'anyone', 'kept');
-- end include

-- include: sql/journal/audit.sql
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
-- end include

-- include: sql/journal/retained_since.sql
create function schnittwerk_core.retained_since(p_salon_id uuid, p_policy_key text)
returns timestamptz
language sql
stable
return schnittwerk_core.clock() - make_interval(
  hours => 24 * nullif(
    greatest((schnittwerk_core.effective_policies(p_salon_id) ->> p_policy_key)::int, 0), 0));

comment on function schnittwerk_core.retained_since(uuid, text) is
  'Since when things are kept under a retention policy in days; null = for ever.';

revoke execute on function schnittwerk_core.retained_since from public;
-- end include

-- include: sql/journal/audit_is_append_only.sql
create function schnittwerk_core.audit_is_of_now()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  new.occurred_at := schnittwerk_core.clock();
  new.login := session_user;
  return new;
end
$$;

comment on function schnittwerk_core.audit_is_of_now() is
  'Nobody writes an entry of another time, or of another login.';

revoke execute on function schnittwerk_core.audit_is_of_now from public;

create function schnittwerk_core.audit_is_append_only()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  -- of a partition the table, which is what whoever writes knows of
  v_table_name constant name := (
    select c.relname from pg_class c where c.oid = coalesce(pg_partition_root(tg_relid), tg_relid)
  );
begin
  raise exception using
    errcode = 'restrict_violation',
    message = format('%s of %s is refused: the audit trail cannot be changed',
      tg_op, v_table_name),
    hint = case v_table_name
      when 'audit' then 'Entries that the policy retention_audit_days does not keep can be deleted.'
      when 'audit_personal'
        then 'erase_customer and apply_retention delete values, and record that they did.'
      else 'Truncating leaves nothing in it: delete the rows.' end;
end
$$;

comment on function schnittwerk_core.audit_is_append_only() is
  'Refuses whatever would change the audit trail, whoever writes.';

revoke execute on function schnittwerk_core.audit_is_append_only from public;

create function schnittwerk_core.audit_values_may_go(
  p_salon_id uuid, p_occurred_at timestamptz, p_audit_id uuid, p_subject_id uuid
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    p_occurred_at < schnittwerk_core.retained_since(p_salon_id, 'retention_audit_days'), false
  ) or exists (
    select from schnittwerk_core.audit e
    where e.salon_id = p_salon_id and e.action = 'erase'
      -- of this statement: nobody writes an entry of another time
      and e.occurred_at = schnittwerk_core.clock()
      and e.row_key ->> 'id' in (p_subject_id::text, (
        select a.row_key ->> 'id'
        from schnittwerk_core.audit a
        where a.salon_id = p_salon_id and a.occurred_at = p_occurred_at and a.id = p_audit_id
      ))
  );
end
$$;

comment on function schnittwerk_core.audit_values_may_go(uuid, timestamptz, uuid, uuid) is
  'Whether an entry''s personal values may be deleted: they are past their retention, or the trail tells, by record_erasure in the same statement, that its row or subject is erased.';

revoke execute on function schnittwerk_core.audit_values_may_go from public;

create trigger audit_is_of_now
before insert on schnittwerk_core.audit
for each row execute function schnittwerk_core.audit_is_of_now();

create trigger audit_is_not_changed
before update on schnittwerk_core.audit
for each row execute function schnittwerk_core.audit_is_append_only();

-- the policy that lets them go is in the trail when it is set
create trigger audit_is_not_deleted
before delete on schnittwerk_core.audit
for each row
when (
  (old.occurred_at < schnittwerk_core.retained_since(old.salon_id, 'retention_audit_days'))
  is not true
)
execute function schnittwerk_core.audit_is_append_only();

create trigger audit_is_not_truncated
before truncate on schnittwerk_core.audit
for each statement execute function schnittwerk_core.audit_is_append_only();

-- Values are written with their entry, by record_audit: none is put in for others later. That the
-- entry is of the same moment is the reference's to say.
create trigger audit_personal_is_not_added_to
before insert on schnittwerk_core.audit_personal
for each row
when (new.occurred_at <> schnittwerk_core.clock())
execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_changed
before update on schnittwerk_core.audit_personal
for each row execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_deleted
before delete on schnittwerk_core.audit_personal
for each row
when (not schnittwerk_core.audit_values_may_go(
  old.salon_id, old.occurred_at, old.audit_id, old.subject_id))
execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_truncated
before truncate on schnittwerk_core.audit_personal
for each statement execute function schnittwerk_core.audit_is_append_only();

-- which partitions do not inherit; those of a month are made with it
create trigger audit_is_not_truncated
before truncate on schnittwerk_core.audit_default
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger audit_personal_is_not_truncated
before truncate on schnittwerk_core.audit_personal_default
for each statement execute function schnittwerk_core.audit_is_append_only();

-- Also where triggers are switched off, as for replication. A superuser can still do away with them.
alter table schnittwerk_core.audit enable always trigger audit_is_not_changed;
alter table schnittwerk_core.audit enable always trigger audit_is_not_deleted;
alter table schnittwerk_core.audit enable always trigger audit_is_not_truncated;
alter table schnittwerk_core.audit_personal enable always trigger audit_personal_is_not_changed;
alter table schnittwerk_core.audit_personal enable always trigger audit_personal_is_not_deleted;
alter table schnittwerk_core.audit_personal enable always trigger audit_personal_is_not_truncated;
alter table schnittwerk_core.audit_default enable always trigger audit_is_not_truncated;
alter table schnittwerk_core.audit_personal_default
  enable always trigger audit_personal_is_not_truncated;
-- end include

-- include: sql/journal/record_erasure.sql
create function schnittwerk_core.record_erasure(p_salon_id uuid, p_table_name text, p_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.audit (
    salon_id, table_name, row_key, action, user_id, role, correlation_id
  )
  select
    p_salon_id, p_table_name, jsonb_build_object('id', t.id), 'erase',
    (a.actor ->> 'user_id')::uuid, coalesce(a.actor ->> 'role', 'owner'),
    a.actor ->> 'correlation_id'
  from unnest(p_ids) t (id)
  cross join (select schnittwerk_core.actor() as actor) a
  where t.id is not null;
end
$$;

comment on function schnittwerk_core.record_erasure(uuid, text, uuid[]) is
  'Writes into the audit trail that the personal values of rows are erased. From then until the statement ends audit_personal lets go of values that are of these rows, or whose subject is one of them.';

revoke execute on function schnittwerk_core.record_erasure from public;
-- end include

commit;
