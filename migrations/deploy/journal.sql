-- Deploy schnittwerk:journal

begin;

set local search_path to pg_catalog, pg_temp;

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
  'Every column with personal data, apart from ids: what the journal keeps apart, and what is exported and erased.';
comment on column schnittwerk_core.personal_column.table_name is 'The table.';
comment on column schnittwerk_core.personal_column.column_name is 'The column.';
comment on column schnittwerk_core.personal_column.about is
  'Whose data it is: customer, staff, or anyone, who may be named in the salon''s free text.';
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
  ('appointments', 'price_details', 'customer', 'emptied'),
  ('hold', 'price_details', 'customer', 'emptied'),
  ('waitlist_offer', 'price_details', 'customer', 'emptied'),
  ('appointments', 'cancellation_reason', 'customer', 'emptied'),
  ('waitlist', 'notes', 'customer', 'emptied'),
  ('booking_operations', 'response', 'customer', 'reduced_to_ids'),
  ('booking_operations', 'override_reason', 'customer', 'emptied'),
  ('event_delivery', 'last_error', 'customer', 'emptied'),
  ('journal_personal', 'before', 'anyone', 'row_deleted'),
  ('journal_personal', 'after', 'anyone', 'row_deleted'),
  ('journal_personal', 'reason', 'anyone', 'row_deleted'),
  ('journal_personal', 'override_reason', 'anyone', 'row_deleted'),
  ('staff', 'full_name', 'staff', 'kept'),
  ('staff', 'email', 'staff', 'kept'),
  ('staff', 'phone', 'staff', 'kept'),
  ('staff_timeoff', 'type', 'staff', 'kept'),
  ('holidays', 'description', 'anyone', 'kept'),
  ('unit_closure', 'reason', 'anyone', 'kept'),
  ('booking_policies', 'description', 'anyone', 'kept');
-- end include

-- include: sql/journal/journal.sql
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
-- end include

-- include: sql/journal/untold_columns.sql
create function schnittwerk_core.untold_columns()
returns text[]
language sql
immutable
parallel safe
return array['updated_at', 'version', 'calendar_version', 'turns'];

comment on function schnittwerk_core.untold_columns() is
  'Columns whose change alone is not recorded: when a row was touched, and counters that only show that something else changed.';

revoke execute on function schnittwerk_core.untold_columns from public;
-- end include

-- include: sql/journal/is_audited.sql
create function schnittwerk_core.is_audited(p_table_name text)
returns boolean
language sql
immutable
parallel safe
return p_table_name not in ('waitlist_offer', 'appointment_reminder');

comment on function schnittwerk_core.is_audited(text) is
  'Whether the changes of a table belong to the audit trail. Those of the other tables only follow from changes that people make.';

revoke execute on function schnittwerk_core.is_audited from public;
-- end include

-- include: sql/journal/is_history.sql
create function schnittwerk_core.is_history(p_kind text)
returns boolean
language sql
immutable
parallel safe
return p_kind not in ('updated', 'deleted', 'erased');

comment on function schnittwerk_core.is_history(text) is
  'Whether an entry about an appointment records a change of its status, service, time or staff.';

revoke execute on function schnittwerk_core.is_history from public;
-- end include

-- include: sql/journal/published_kind.sql
create table schnittwerk_core.published_kind (
  table_name text not null,
  kind text not null,
  event_type text not null,
  constraint published_kind_pkey primary key (table_name, kind),
  constraint published_kind_event_type_is_thing_and_change
    check (event_type ~ '^[a-z_]+\.[a-z_]+$')
);

alter table schnittwerk_core.published_kind enable row level security;

comment on table schnittwerk_core.published_kind is
  'Which entries of the journal are events, and the type that consumers see.';
comment on column schnittwerk_core.published_kind.table_name is 'The entry''s table.';
comment on column schnittwerk_core.published_kind.kind is 'The entry''s kind.';
comment on column schnittwerk_core.published_kind.event_type is
  'The kind of thing and what happened to it, such as appointment.cancelled.';

insert into schnittwerk_core.published_kind (table_name, kind, event_type)
values
  ('appointments', 'created', 'appointment.created'),
  ('appointments', 'confirmed', 'appointment.confirmed'),
  ('appointments', 'rescheduled', 'appointment.rescheduled'),
  ('appointments', 'cancelled', 'appointment.cancelled'),
  ('appointments', 'completed', 'appointment.completed'),
  ('appointments', 'no_show', 'appointment.no_show'),
  ('appointments', 'pending', 'appointment.changed'),
  ('appointments', 'updated', 'appointment.changed'),
  ('appointments', 'deleted', 'appointment.deleted'),
  ('appointment_reminder', 'due', 'appointment.reminder_due'),
  ('fee', 'created', 'fee.owed'),
  ('fee', 'owed', 'fee.owed'),
  ('fee', 'waived', 'fee.waived'),
  ('fee', 'withdrawn', 'fee.withdrawn'),
  ('fee', 'updated', 'fee.updated'),
  ('fee', 'deleted', 'fee.deleted'),
  ('waitlist', 'created', 'waitlist_entry.joined'),
  ('waitlist', 'active', 'waitlist_entry.updated'),
  ('waitlist', 'notified', 'waitlist_entry.updated'),
  ('waitlist', 'updated', 'waitlist_entry.updated'),
  ('waitlist', 'cancelled', 'waitlist_entry.left'),
  ('waitlist', 'booked', 'waitlist_entry.booked'),
  ('waitlist', 'expired', 'waitlist_entry.expired'),
  ('waitlist', 'deleted', 'waitlist_entry.deleted'),
  ('waitlist_offer', 'created', 'waitlist_offer.made'),
  ('waitlist_offer', 'open', 'waitlist_offer.updated'),
  ('waitlist_offer', 'updated', 'waitlist_offer.updated'),
  ('waitlist_offer', 'accepted', 'waitlist_offer.accepted'),
  ('waitlist_offer', 'declined', 'waitlist_offer.declined'),
  ('waitlist_offer', 'expired', 'waitlist_offer.expired'),
  ('waitlist_offer', 'withdrawn', 'waitlist_offer.withdrawn'),
  ('waitlist_offer', 'deleted', 'waitlist_offer.deleted'),
  ('hold', 'created', 'hold.made'),
  ('hold', 'open', 'hold.updated'),
  ('hold', 'updated', 'hold.updated'),
  ('hold', 'used', 'hold.used'),
  ('hold', 'released', 'hold.released'),
  ('hold', 'lapsed', 'hold.lapsed'),
  ('hold', 'deleted', 'hold.deleted'),
  ('holidays', 'created', 'holiday.created'),
  ('holidays', 'updated', 'holiday.updated'),
  ('holidays', 'deleted', 'holiday.deleted'),
  ('booking_policies', 'created', 'policy.set'),
  ('booking_policies', 'updated', 'policy.set'),
  ('booking_policies', 'deleted', 'policy.deleted'),
  ('customers', 'erased', 'customer.erased'),
  ('customer_merge', 'created', 'customer.merged'),
  ('customer_merge', 'deleted', 'customer.unmerged');
-- end include

-- include: sql/journal/audit.sql
create view schnittwerk_core.audit
with (security_invoker = true) as
select
  j.salon_id, j.id, j.number, j.occurred_at, j.table_name, j.row_key,
  case j.kind
    when 'created' then 'insert'
    when 'deleted' then 'delete'
    when 'erased' then 'erase'
    else 'update'
  end as action,
  j.user_id, j.role, j.login, j.is_override, j.correlation_id,
  j.before - schnittwerk_core.untold_columns() as before,
  case when j.before is null then j.after - schnittwerk_core.untold_columns()
    when j.after is not null then (
      select coalesce(jsonb_object_agg(b.key, j.after -> b.key), '{}')
      from jsonb_object_keys(j.before) b (key)
    )
  end as after
from schnittwerk_core.journal j
left join schnittwerk_core.salon_state z on z.salon_id = j.salon_id
where schnittwerk_core.is_audited(j.table_name)
  and j.occurred_at >= coalesce(z.audit_since, '-infinity');

comment on view schnittwerk_core.audit is
  'The audit trail: every change that people make, as far back as retention_audit_days keeps it. The trail of a deleted salon stays.';
comment on column schnittwerk_core.audit.salon_id is 'The salon.';
comment on column schnittwerk_core.audit.id is 'Identifies the entry within the salon.';
comment on column schnittwerk_core.audit.number is 'Orders the entries of a moment.';
comment on column schnittwerk_core.audit.occurred_at is 'When.';
comment on column schnittwerk_core.audit.table_name is 'Where.';
comment on column schnittwerk_core.audit.row_key is 'Which row: its primary key without the salon.';
comment on column schnittwerk_core.audit.action is 'insert, update, delete; erase: personal values.';
comment on column schnittwerk_core.audit.user_id is 'Who, if it was a user.';
comment on column schnittwerk_core.audit.role is 'In which role.';
comment on column schnittwerk_core.audit.login is 'The database login of the session.';
comment on column schnittwerk_core.audit.is_override is 'Whether rules were waived.';
comment on column schnittwerk_core.audit.correlation_id is 'Ties it to the answer.';
comment on column schnittwerk_core.audit.before is
  'The values before, without personal ones: for an update the columns that changed, for a deletion all.';
comment on column schnittwerk_core.audit.after is
  'The values after, without personal ones: for an update the columns that changed, for a new row all.';
-- end include

-- include: sql/journal/published.sql
create view schnittwerk_core.published
with (security_invoker = true) as
select
  j.salon_id, j.id, j.transaction_id, j.number, k.event_type as type, j.subject_id, 1 as version,
  j.correlation_id,
  case when j.kind = 'erased'
    then jsonb_build_object('salon_id', j.salon_id, 'customer_id', j.subject_id)
    else (
      -- times as the API spells them
      select jsonb_object_agg(d.key, case
        when d.key like '%\_at' and d.value <> 'null'
          then to_jsonb(replace(d.value #>> '{}', '+00:00', 'Z'))
        else d.value end)
      from jsonb_each(
        coalesce(j.after, j.before) - 'version'
        || case when j.table_name = 'appointments' and j.after is not null
            and j.before ?| '{service_id,staff_id,starts_at,ends_at}'
          then jsonb_build_object(
            'previous_service_id', coalesce(j.before -> 'service_id', j.after -> 'service_id'),
            'previous_staff_id', coalesce(j.before -> 'staff_id', j.after -> 'staff_id'),
            'previous_starts_at', coalesce(j.before -> 'starts_at', j.after -> 'starts_at'),
            'previous_ends_at', coalesce(j.before -> 'ends_at', j.after -> 'ends_at'))
          else '{}' end
        || case when j.table_name = 'holidays'
          then jsonb_build_object('staff_ids', (
            select coalesce(jsonb_agg(s.staff_id order by s.staff_id), '[]')
            from (
              -- The links to staff are rows of their own, mostly written after the holiday's.
              select distinct on (l.row_key ->> 'staff_id')
                l.row_key ->> 'staff_id' as staff_id, l.kind
              from schnittwerk_core.journal l
              where l.salon_id = j.salon_id and l.subject_id = j.subject_id
                and l.table_name = 'holiday_staff'
                and (l.number < j.number or l.transaction_id = j.transaction_id)
              order by l.row_key ->> 'staff_id', l.number desc
            ) s
            where s.kind = 'created'
          ))
          else '{}' end
      ) d
    ) end as data,
  j.occurred_at
from schnittwerk_core.journal j
join schnittwerk_core.published_kind k on k.table_name = j.table_name and k.kind = j.kind;

comment on view schnittwerk_core.published is
  'The journal entries that are events, including those that only a delivery still needs.';
comment on column schnittwerk_core.published.salon_id is 'The salon.';
comment on column schnittwerk_core.published.id is 'Identifies the event.';
comment on column schnittwerk_core.published.transaction_id is 'Which transaction wrote it.';
comment on column schnittwerk_core.published.number is 'Rises with every event of a subject; not gapless.';
comment on column schnittwerk_core.published.type is 'The kind of thing and what happened to it, such as appointment.cancelled.';
comment on column schnittwerk_core.published.subject_id is
  'The appointment (also for its fee), hold, waitlist entry, offer, holiday or customer; the salon for its policies.';
comment on column schnittwerk_core.published.version is 'Version of the payload''s format.';
comment on column schnittwerk_core.published.correlation_id is 'Ties the event to the request.';
comment on column schnittwerk_core.published.data is 'The row as it became, without free text; times in UTC.';
comment on column schnittwerk_core.published.occurred_at is 'When it happened.';
-- end include

-- include: sql/journal/events.sql
create view schnittwerk_core.events
with (security_invoker = true) as
select p.*
from schnittwerk_core.published p
join schnittwerk_core.salon_state z on z.salon_id = p.salon_id
where p.occurred_at >= coalesce(z.events_since, '-infinity');

comment on view schnittwerk_core.events is
  'The outbox: what happened, for consumers to read, as far back as retention_events_days keeps it. Names and addresses are not in it.';
comment on column schnittwerk_core.events.salon_id is 'The salon.';
comment on column schnittwerk_core.events.id is 'Identifies the event.';
comment on column schnittwerk_core.events.transaction_id is 'Which transaction wrote it.';
comment on column schnittwerk_core.events.number is 'Rises with every event of a subject; not gapless.';
comment on column schnittwerk_core.events.type is 'The kind of thing and what happened to it, such as appointment.cancelled.';
comment on column schnittwerk_core.events.subject_id is
  'The appointment (also for its fee), hold, waitlist entry, offer, holiday or customer; the salon for its policies.';
comment on column schnittwerk_core.events.version is 'Version of the payload''s format.';
comment on column schnittwerk_core.events.correlation_id is 'Ties the event to the request.';
comment on column schnittwerk_core.events.data is 'The row as it became, without free text; times in UTC.';
comment on column schnittwerk_core.events.occurred_at is 'When it happened.';
-- end include

-- include: sql/journal/appointment_history.sql
create view schnittwerk_core.appointment_history
with (security_invoker = true) as
select
  j.salon_id, j.subject_id as appointment_id, (j.after ->> 'version')::int as version,
  case when j.kind = 'rescheduled' and not j.before ?| '{service_id,staff_id,starts_at}' then 'changed'
    else j.kind end as action,
  j.user_id, j.role, p.reason, p.override_reason,
  w.was ->> 'status' as from_status, j.after ->> 'status' as to_status,
  (w.was ->> 'service_id')::uuid as from_service_id,
  (j.after ->> 'service_id')::uuid as to_service_id,
  (w.was ->> 'staff_id')::uuid as from_staff_id, (j.after ->> 'staff_id')::uuid as to_staff_id,
  (w.was ->> 'starts_at')::timestamptz as from_starts_at,
  (j.after ->> 'starts_at')::timestamptz as to_starts_at,
  j.correlation_id, j.occurred_at as created_at
from schnittwerk_core.journal j
-- Null for the booking itself.
cross join lateral (select j.after || j.before as was) w
left join schnittwerk_core.journal_personal p
  on p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
where j.table_name = 'appointments' and schnittwerk_core.is_history(j.kind);

comment on view schnittwerk_core.appointment_history is
  'Every change of an appointment''s status, service, time or staff.';
comment on column schnittwerk_core.appointment_history.salon_id is 'The salon.';
comment on column schnittwerk_core.appointment_history.appointment_id is 'The appointment.';
comment on column schnittwerk_core.appointment_history.version is '1 for the booking, then one more with every change.';
comment on column schnittwerk_core.appointment_history.action is
  'created, confirmed, rescheduled, cancelled, completed, no_show, or changed (by direct SQL, in any other way).';
comment on column schnittwerk_core.appointment_history.user_id is 'Who; null = the service, or direct SQL.';
comment on column schnittwerk_core.appointment_history.role is
  'In which role: admin, receptionist, staff, customer, service; owner for direct SQL.';
comment on column schnittwerk_core.appointment_history.reason is 'Why, as the caller put it.';
comment on column schnittwerk_core.appointment_history.override_reason is 'Why rules were waived.';
comment on column schnittwerk_core.appointment_history.from_status is 'Status before.';
comment on column schnittwerk_core.appointment_history.to_status is 'Status after.';
comment on column schnittwerk_core.appointment_history.from_service_id is 'Service before.';
comment on column schnittwerk_core.appointment_history.to_service_id is 'Service after.';
comment on column schnittwerk_core.appointment_history.from_staff_id is 'Staff before.';
comment on column schnittwerk_core.appointment_history.to_staff_id is 'Staff after.';
comment on column schnittwerk_core.appointment_history.from_starts_at is 'Start before.';
comment on column schnittwerk_core.appointment_history.to_starts_at is 'Start after.';
comment on column schnittwerk_core.appointment_history.correlation_id is 'Ties the change to the request.';
comment on column schnittwerk_core.appointment_history.created_at is 'When.';
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

-- include: sql/journal/retained_since.sql
create function schnittwerk_core.retained_since(p_salon_id uuid, p_policy_key text)
returns timestamptz
language sql
stable
return schnittwerk_core.clock() - make_interval(
  hours => 24 * nullif(
    greatest((schnittwerk_core.effective_policies(p_salon_id) ->> p_policy_key)::int, 0), 0));

comment on function schnittwerk_core.retained_since(uuid, text) is
  'The instant since which things are kept under a retention policy in days; null means for ever.';

revoke execute on function schnittwerk_core.retained_since from public;
-- end include

-- include: sql/journal/journal_is_append_only.sql
create function schnittwerk_core.journal_is_of_now()
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

comment on function schnittwerk_core.journal_is_of_now() is
  'Sets the time and the login of a new entry, so that nobody can write one for another time or login.';

revoke execute on function schnittwerk_core.journal_is_of_now from public;

create function schnittwerk_core.journal_is_append_only()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  -- The message names the table, not its partition: writers know only the table.
  v_table_name constant name := (
    select c.relname from pg_class c where c.oid = coalesce(pg_partition_root(tg_relid), tg_relid)
  );
begin
  raise exception using
    errcode = 'restrict_violation',
    message = format('%s of %s is refused: the journal cannot be changed', tg_op, v_table_name),
    hint = case v_table_name
      when 'journal' then 'apply_retention deletes entries that no retention policy keeps.'
      else 'erase_customer and apply_retention delete values, and record that they did.' end;
end
$$;

comment on function schnittwerk_core.journal_is_append_only() is
  'Refuses every change of the journal, even by its owner.';

revoke execute on function schnittwerk_core.journal_is_append_only from public;

create function schnittwerk_core.is_past_audit(p_salon_id uuid, p_occurred_at timestamptz)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    p_occurred_at < schnittwerk_core.retained_since(p_salon_id, 'retention_audit_days'), false);
end
$$;

comment on function schnittwerk_core.is_past_audit(uuid, timestamptz) is
  'Whether retention_audit_days has passed since an instant. The audit trail shows who set that policy.';

revoke execute on function schnittwerk_core.is_past_audit from public;

create function schnittwerk_core.journal_may_go(p_entry schnittwerk_core.journal)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    not schnittwerk_core.is_audited(p_entry.table_name)
    or schnittwerk_core.is_past_audit(p_entry.salon_id, p_entry.occurred_at)
  ) and (
    p_entry.table_name <> 'appointments'
    or not schnittwerk_core.is_history(p_entry.kind)
    or exists (
      select from schnittwerk_core.journal d
      where d.salon_id = p_entry.salon_id and d.subject_id = p_entry.subject_id
        and d.table_name = p_entry.table_name and d.kind = 'deleted'
    )
  );
end
$$;

comment on function schnittwerk_core.journal_may_go(schnittwerk_core.journal) is
  'Whether an entry may be deleted: it is past its retention in the audit trail, and not the history of an appointment that exists.';

revoke execute on function schnittwerk_core.journal_may_go from public;

create function schnittwerk_core.journal_values_may_go(
  p_salon_id uuid, p_occurred_at timestamptz, p_journal_id uuid, p_subject_id uuid
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return schnittwerk_core.is_past_audit(p_salon_id, p_occurred_at) or exists (
    select from schnittwerk_core.journal e
    where e.salon_id = p_salon_id and e.kind = 'erased'
      -- Written by this statement: nobody can write an entry for another time.
      and e.occurred_at = schnittwerk_core.clock()
      and e.subject_id in (p_subject_id, (
        select j.subject_id
        from schnittwerk_core.journal j
        where j.salon_id = p_salon_id and j.occurred_at = p_occurred_at and j.id = p_journal_id
      ))
  );
end
$$;

comment on function schnittwerk_core.journal_values_may_go(uuid, timestamptz, uuid, uuid) is
  'Whether an entry''s personal values may be deleted: they are past their retention, or record_erasure has recorded in the same statement that its row or subject is erased.';

revoke execute on function schnittwerk_core.journal_values_may_go from public;

-- No condition: the server would parse it at every insert.
create trigger journal_is_of_now
before insert on schnittwerk_core.journal
for each row execute function schnittwerk_core.journal_is_of_now();

create trigger journal_is_not_changed
before update on schnittwerk_core.journal
for each row execute function schnittwerk_core.journal_is_append_only();

create trigger journal_is_not_deleted
before delete on schnittwerk_core.journal
for each row
when (not schnittwerk_core.journal_may_go(old))
execute function schnittwerk_core.journal_is_append_only();

create trigger journal_is_not_truncated
before truncate on schnittwerk_core.journal
for each statement execute function schnittwerk_core.journal_is_append_only();

-- record_change writes values together with their entry. Nobody can add any later: the foreign key
-- demands an entry of the same moment.
create trigger journal_personal_is_not_added_to
before insert on schnittwerk_core.journal_personal
for each row
when (new.occurred_at <> schnittwerk_core.clock())
execute function schnittwerk_core.journal_is_append_only();

-- Past their retention values are emptied, while the reasons of an existing appointment stay.
create trigger journal_personal_is_not_changed
before update on schnittwerk_core.journal_personal
for each row
when (
  num_nonnulls(new.before, new.after) > 0
  or (new.salon_id, new.occurred_at, new.journal_id, new.subject_id, new.reason, new.override_reason)
    is distinct from
    (old.salon_id, old.occurred_at, old.journal_id, old.subject_id, old.reason, old.override_reason)
  or not schnittwerk_core.is_past_audit(old.salon_id, old.occurred_at)
)
execute function schnittwerk_core.journal_is_append_only();

create trigger journal_personal_is_not_deleted
before delete on schnittwerk_core.journal_personal
for each row
when (not schnittwerk_core.journal_values_may_go(
  old.salon_id, old.occurred_at, old.journal_id, old.subject_id))
execute function schnittwerk_core.journal_is_append_only();

create trigger journal_personal_is_not_truncated
before truncate on schnittwerk_core.journal_personal
for each statement execute function schnittwerk_core.journal_is_append_only();

-- Partitions do not inherit these triggers; make_partition creates those of the months.
create trigger journal_is_not_truncated
before truncate on schnittwerk_core.journal_default
for each statement execute function schnittwerk_core.journal_is_append_only();

create trigger journal_personal_is_not_truncated
before truncate on schnittwerk_core.journal_personal_default
for each statement execute function schnittwerk_core.journal_is_append_only();

-- These also fire where session_replication_role switches triggers off.
alter table schnittwerk_core.journal enable always trigger journal_is_not_changed;
alter table schnittwerk_core.journal enable always trigger journal_is_not_deleted;
alter table schnittwerk_core.journal enable always trigger journal_is_not_truncated;
alter table schnittwerk_core.journal_personal enable always trigger journal_personal_is_not_changed;
alter table schnittwerk_core.journal_personal enable always trigger journal_personal_is_not_deleted;
alter table schnittwerk_core.journal_personal
  enable always trigger journal_personal_is_not_truncated;
alter table schnittwerk_core.journal_default enable always trigger journal_is_not_truncated;
alter table schnittwerk_core.journal_personal_default
  enable always trigger journal_personal_is_not_truncated;
-- end include

-- include: sql/journal/record_erasure.sql
create function schnittwerk_core.record_erasure(p_salon_id uuid, p_table_name text, p_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.journal (
    salon_id, table_name, row_key, subject_id, kind, user_id, role, operation_id, correlation_id
  )
  select
    p_salon_id, p_table_name, jsonb_build_object('id', t.id), t.id, 'erased',
    (a.actor ->> 'user_id')::uuid, coalesce(a.actor ->> 'role', 'owner'),
    (a.actor ->> 'operation_id')::uuid, a.actor ->> 'correlation_id'
  from unnest(p_ids) t (id)
  cross join (select schnittwerk_core.actor() as actor) a
  where t.id is not null;
end
$$;

comment on function schnittwerk_core.record_erasure(uuid, text, uuid[]) is
  'Records in the journal that the personal values of rows are erased; for customers this is an event. Until the statement ends, journal_personal lets values of these rows, or with one of them as subject, be deleted.';

revoke execute on function schnittwerk_core.record_erasure from public;
-- end include

commit;
