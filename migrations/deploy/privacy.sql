-- Deploy schnittwerk:privacy to pg

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/privacy/personal_column.sql
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

-- include: sql/privacy/audit.sql
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

-- include: sql/privacy/retained_since.sql
create function schnittwerk_core.retained_since(p_salon_id uuid, p_policy_key text)
returns timestamptz
language sql
stable
return schnittwerk_core.clock() - make_interval(
  hours => 24 * nullif(
    greatest(schnittwerk_core.policy_value(p_salon_id, p_policy_key)::int, 0), 0));

comment on function schnittwerk_core.retained_since(uuid, text) is
  'Since when things are kept under a retention policy in days; null = for ever.';

revoke execute on function schnittwerk_core.retained_since from public;
-- end include

-- include: sql/privacy/audit_is_append_only.sql
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

-- include: sql/privacy/record_audit.sql
create function schnittwerk_core.record_audit()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- what is written is the same whatever the client's zone
set timezone = 'UTC'
as $$
declare
  -- what tells nothing: when it was touched, and counters that only say that something else changed
  v_ignored constant text[] := array['updated_at', 'booking_turns', 'calendar_version'];
  v_actor constant jsonb := coalesce(schnittwerk_core.actor(), '{"role": "owner"}');
  v_before jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) - v_ignored end;
  v_after jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) - v_ignored end;
  v_row constant jsonb := coalesce(v_after, v_before);
  -- why an appointment was changed is its customer's, not that of who gets its time after them
  v_reasons constant jsonb := case tg_table_name when 'appointments' then v_actor else '{}' end;
  v_personal text[];
  v_audit_id uuid;
begin
  if tg_op = 'UPDATE' then
    select jsonb_object_agg(b.key, b.value), jsonb_object_agg(b.key, v_after -> b.key)
    into v_before, v_after
    from jsonb_each(v_before) b
    where v_after -> b.key <> b.value;
    if v_before is null then
      return null;
    end if;
  end if;
  v_personal := array(
    select p.column_name
    from schnittwerk_core.personal_column p
    where p.table_name = tg_table_name and coalesce(v_before, v_after) ? p.column_name
  );

  insert into schnittwerk_core.audit (
    salon_id, table_name, row_key, action, user_id, role, is_override, correlation_id,
    before, after
  )
  values (
    coalesce(v_row ->> 'salon_id', v_row ->> 'id')::uuid, tg_table_name,
    (select jsonb_object_agg(k.key, v_row -> k.key) from unnest(tg_argv) k (key)),
    lower(tg_op),
    (v_actor ->> 'user_id')::uuid, coalesce(v_actor ->> 'role', 'owner'),
    v_reasons ? 'override_reason', v_actor ->> 'correlation_id',
    v_before - v_personal, v_after - v_personal
  )
  returning id into v_audit_id;

  -- most rows have nothing of the kind
  if jsonb_strip_nulls(coalesce(v_before, '{}')) ?| v_personal
    or jsonb_strip_nulls(coalesce(v_after, '{}')) ?| v_personal
    or v_reasons ?| array['reason', 'override_reason']
  then
    insert into schnittwerk_core.audit_personal (
      salon_id, audit_id, subject_id, before, after, reason, override_reason
    )
    select
      coalesce(v_row ->> 'salon_id', v_row ->> 'id')::uuid, v_audit_id,
      coalesce(v_row ->> 'customer_id', v_row ->> 'staff_id', v_row ->> 'id')::uuid,
      jsonb_object_agg(k.key, v_before -> k.key) filter (where v_before -> k.key <> 'null'),
      jsonb_object_agg(k.key, v_after -> k.key) filter (where v_after -> k.key <> 'null'),
      v_reasons ->> 'reason', v_reasons ->> 'override_reason'
    from unnest(v_personal) k (key);
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.record_audit() is
  'Writes the audit trail of a table whose key, but for the salon, is in the trigger''s arguments. Personal columns, as personal_column has them, go to audit_personal; who and why come from act_as.';

revoke execute on function schnittwerk_core.record_audit from public;

create trigger salon_record_audit
after insert or update or delete on schnittwerk_core.salon
for each row execute function schnittwerk_core.record_audit('id');

create trigger booking_policies_record_audit
after insert or update or delete on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.record_audit('policy_key');

create trigger profiles_record_audit
after insert or update or delete on schnittwerk_core.profiles
for each row execute function schnittwerk_core.record_audit('id');

create trigger customers_record_audit
after insert or update or delete on schnittwerk_core.customers
for each row execute function schnittwerk_core.record_audit('id');

create trigger staff_record_audit
after insert or update or delete on schnittwerk_core.staff
for each row execute function schnittwerk_core.record_audit('id');

create trigger services_record_audit
after insert or update or delete on schnittwerk_core.services
for each row execute function schnittwerk_core.record_audit('id');

create trigger staff_services_record_audit
after insert or update or delete on schnittwerk_core.staff_services
for each row execute function schnittwerk_core.record_audit('service_id', 'staff_id');

create trigger opening_hours_record_audit
after insert or update or delete on schnittwerk_core.opening_hours
for each row execute function schnittwerk_core.record_audit('day_of_week', 'start_time');

create trigger special_hours_record_audit
after insert or update or delete on schnittwerk_core.special_hours
for each row execute function schnittwerk_core.record_audit('date', 'start_time');

create trigger holidays_record_audit
after insert or update or delete on schnittwerk_core.holidays
for each row execute function schnittwerk_core.record_audit('id');

create trigger holiday_staff_record_audit
after insert or update or delete on schnittwerk_core.holiday_staff
for each row execute function schnittwerk_core.record_audit('holiday_id', 'staff_id');

create trigger staff_availability_record_audit
after insert or update or delete on schnittwerk_core.staff_availability
for each row execute function schnittwerk_core.record_audit(
  'staff_id', 'day_of_week', 'start_time', 'availability_type');

create trigger staff_timeoff_record_audit
after insert or update or delete on schnittwerk_core.staff_timeoff
for each row execute function schnittwerk_core.record_audit('id');

create trigger appointments_record_audit
after insert or update or delete on schnittwerk_core.appointments
for each row execute function schnittwerk_core.record_audit('id');

create trigger waitlist_record_audit
after insert or update or delete on schnittwerk_core.waitlist
for each row execute function schnittwerk_core.record_audit('id');

create trigger contact_preference_record_audit
after insert or update or delete on schnittwerk_core.contact_preference
for each row execute function schnittwerk_core.record_audit('customer_id');

create trigger contact_consent_record_audit
after insert or update or delete on schnittwerk_core.contact_consent
for each row execute function schnittwerk_core.record_audit('customer_id', 'channel');

create trigger salon_is_not_truncated
before truncate on schnittwerk_core.salon
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger booking_policies_is_not_truncated
before truncate on schnittwerk_core.booking_policies
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger profiles_is_not_truncated
before truncate on schnittwerk_core.profiles
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger customers_is_not_truncated
before truncate on schnittwerk_core.customers
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger staff_is_not_truncated
before truncate on schnittwerk_core.staff
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger services_is_not_truncated
before truncate on schnittwerk_core.services
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger staff_services_is_not_truncated
before truncate on schnittwerk_core.staff_services
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger opening_hours_is_not_truncated
before truncate on schnittwerk_core.opening_hours
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger special_hours_is_not_truncated
before truncate on schnittwerk_core.special_hours
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger holidays_is_not_truncated
before truncate on schnittwerk_core.holidays
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger holiday_staff_is_not_truncated
before truncate on schnittwerk_core.holiday_staff
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger staff_availability_is_not_truncated
before truncate on schnittwerk_core.staff_availability
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger staff_timeoff_is_not_truncated
before truncate on schnittwerk_core.staff_timeoff
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger appointments_is_not_truncated
before truncate on schnittwerk_core.appointments
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger waitlist_is_not_truncated
before truncate on schnittwerk_core.waitlist
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger contact_preference_is_not_truncated
before truncate on schnittwerk_core.contact_preference
for each statement execute function schnittwerk_core.audit_is_append_only();

create trigger contact_consent_is_not_truncated
before truncate on schnittwerk_core.contact_consent
for each statement execute function schnittwerk_core.audit_is_append_only();
-- end include

-- include: sql/privacy/list_audit.sql
create function schnittwerk_core.list_audit(
  p_from timestamptz,
  p_to timestamptz,
  p_table_name text,
  p_row_id uuid,
  p_user_id uuid,
  p_limit int,
  p_salon_id uuid
)
returns table (
  id uuid,
  occurred_at timestamptz,
  table_name text,
  row_key jsonb,
  action text,
  user_id uuid,
  role text,
  login text,
  is_override boolean,
  correlation_id text,
  before jsonb,
  after jsonb,
  reason text,
  override_reason text
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(variadic
    schnittwerk_core.instant_range_faults(p_from, p_to, 400) || array[
      schnittwerk_core.text_fault('p_table_name', p_table_name, 63, false),
      schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
    ]);
  return query
  select
    a.id, a.occurred_at, a.table_name, a.row_key, a.action, a.user_id, a.role, a.login,
    a.is_override, a.correlation_id,
    coalesce(a.before || p.before, a.before, p.before),
    coalesce(a.after || p.after, a.after, p.after),
    p.reason, p.override_reason
  from schnittwerk_core.audit a
  left join schnittwerk_core.audit_personal p
    on p.salon_id = a.salon_id and p.occurred_at = a.occurred_at and p.audit_id = a.id
  where a.salon_id = v_caller.salon_id
    and a.occurred_at >= p_from and a.occurred_at < p_to
    and (p_table_name is null or a.table_name = p_table_name)
    and (p_user_id is null or a.user_id = p_user_id)
    and (p_row_id is null or exists (
      select from jsonb_each_text(a.row_key) k where k.value = p_row_id::text
    ))
  order by a.occurred_at desc, a.number desc
  limit p_limit;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.log_personal_read(v_caller, 'list_audit', v_count);
end
$$;

comment on function schnittwerk_core.list_audit(timestamptz, timestamptz, text, uuid, uuid, int, uuid) is
  'Engine of schnittwerk.list_audit.';

revoke execute on function schnittwerk_core.list_audit from public;
grant execute on function schnittwerk_core.list_audit
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/privacy/export_customer.sql
create function schnittwerk_core.export_customer(p_customer_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller constant schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_salon_id constant uuid := v_caller.salon_id;
  v_is_admin constant boolean := v_caller.role in ('admin', 'service');
  -- who of the salon did something, and why they made an exception, is the salon's own
  v_hidden constant text[] := case when v_is_admin then '{}'
    else '{user_id,role,login,override_reason}'::text[] end;
  v_id constant uuid := schnittwerk_core.contact_of(v_caller, p_customer_id);
  v_customer schnittwerk_core.customers;
begin
  select c.* into v_customer
  from schnittwerk_core.customers c
  where c.salon_id = v_salon_id and c.id = v_id;
  if not v_is_admin and v_customer.profile_id is distinct from v_caller.user_id then
    perform schnittwerk_core.refuse('forbidden', 'Only admins export what is kept of others');
  end if;
  perform schnittwerk_core.log_personal_read(v_caller, 'export_customer', 1, v_id);
  return jsonb_build_object(
    'exported_at', schnittwerk_core.utc_text(schnittwerk_core.clock()),
    'salon', (
      select jsonb_build_object(
        'id', s.id, 'name', s.name, 'time_zone', s.time_zone, 'currency', s.currency)
      from schnittwerk_core.salon s
      where s.id = v_salon_id
    ),
    'customer', schnittwerk_core.customer_json(v_customer)
      - case when v_is_admin then '' else 'notes' end,
    'profile', (
      select to_jsonb(p) - 'salon_id'
        || jsonb_build_object('created_at', schnittwerk_core.utc_text(p.created_at))
      from schnittwerk_core.profiles p
      where p.salon_id = v_salon_id and p.id = v_customer.profile_id
    ),
    'contact_preferences',
      schnittwerk_core.contact_preferences_json(v_salon_id, v_id) - 'customer_id',
    'appointments', (
      select coalesce(jsonb_agg(
        schnittwerk_core.appointment_json(a) - '{salon_id,customer_id}'::text[]
        || jsonb_build_object(
          'staff_name', m.full_name,
          'service_name', v.name,
          'history', (
            select coalesce(jsonb_agg(
              schnittwerk_core.history_json(h) - v_hidden order by h.version), '[]')
            from schnittwerk_core.appointment_history h
            where h.salon_id = v_salon_id and h.appointment_id = a.id
          )
        )
        order by a.starts_at, a.id
      ), '[]')
      from schnittwerk_core.appointments a
      join schnittwerk_core.staff m on m.salon_id = a.salon_id and m.id = a.staff_id
      join schnittwerk_core.services v on v.salon_id = a.salon_id and v.id = a.service_id
      where a.salon_id = v_salon_id and a.customer_id = v_id
    ),
    'waitlist', (
      select coalesce(jsonb_agg(
        schnittwerk_core.waitlist_json(w) - '{salon_id,customer_id,offer}'::text[]
        || jsonb_build_object(
          'service_name', v.name,
          'offers', (
            select coalesce(jsonb_agg(
              schnittwerk_core.offer_json(o) - '{salon_id,entry_id}'::text[]
              order by o.created_at, o.id
            ), '[]')
            from schnittwerk_core.waitlist_offer o
            where o.salon_id = v_salon_id and o.entry_id = w.id
          )
        )
        order by w.created_at, w.id
      ), '[]')
      from schnittwerk_core.waitlist w
      join schnittwerk_core.services v on v.salon_id = w.salon_id and v.id = w.service_id
      where w.salon_id = v_salon_id and w.customer_id = v_id
    ),
    'operations', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'operation_type', o.operation_type,
        'status', o.status,
        'code', o.code,
        'details', o.error_message,
        'appointment_id', o.appointment_id,
        'starts_at', schnittwerk_core.utc_text(o.starts_at),
        'correlation_id', o.correlation_id,
        'created_at', schnittwerk_core.utc_text(o.created_at)
      ) order by o.created_at, o.id), '[]')
      from schnittwerk_core.booking_operations o
      where o.salon_id = v_salon_id and o.customer_id = v_id
    ),
    'messages', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'event', e.type,
        'channel', d.channel,
        'status', d.status,
        'last_error', d.last_error,
        'created_at', schnittwerk_core.utc_text(d.created_at),
        'updated_at', schnittwerk_core.utc_text(d.updated_at)
      ) order by d.created_at, d.id), '[]')
      from schnittwerk_core.event_delivery d
      join schnittwerk_core.events e
        on e.salon_id = d.salon_id and e.id = d.event_id and e.occurred_at = d.occurred_at
      where d.salon_id = v_salon_id and d.channel <> 'webhook' and d.subject_id in (
        select a.id
        from schnittwerk_core.appointments a
        where a.salon_id = v_salon_id and a.customer_id = v_id
        union all
        select o.id
        from schnittwerk_core.waitlist w
        join schnittwerk_core.waitlist_offer o
          on o.salon_id = w.salon_id and o.entry_id = w.id
        where w.salon_id = v_salon_id and w.customer_id = v_id
      )
    ),
    'audit', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'occurred_at', schnittwerk_core.utc_text(a.occurred_at),
          'table_name', a.table_name,
          'action', a.action,
          'user_id', a.user_id,
          'role', a.role,
          'login', a.login,
          'before', p.before,
          'after', p.after,
          'reason', p.reason,
          'override_reason', p.override_reason
        ) - v_hidden
        order by a.occurred_at, a.number
      ), '[]')
      from schnittwerk_core.audit_personal p
      join schnittwerk_core.audit a
        on a.salon_id = p.salon_id and a.occurred_at = p.occurred_at and a.id = p.audit_id
      where p.salon_id = v_salon_id and p.subject_id in (v_id, v_customer.profile_id)
        -- the salon's notes on the customer are the salon's own, and so is what they were
        and (v_is_admin or a.table_name <> 'customers')
    )
  );
end
$$;

comment on function schnittwerk_core.export_customer(uuid, uuid) is
  'Engine of schnittwerk.export_customer.';

revoke execute on function schnittwerk_core.export_customer from public;
grant execute on function schnittwerk_core.export_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/privacy/record_erasure.sql
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

-- include: sql/privacy/erase_personal_data.sql
create function schnittwerk_core.erase_personal_data(p_salon_id uuid, p_customer_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_profile_id uuid;
  v_appointments uuid[];
  v_subjects uuid[];
  v_notes bigint;
  v_history bigint;
  v_entries bigint;
  v_operations bigint;
  v_deliveries bigint;
  v_audit_values bigint;
begin
  select c.profile_id into v_profile_id
  from schnittwerk_core.customers c
  where c.salon_id = p_salon_id and c.id = p_customer_id;
  v_appointments := array(
    select a.id
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.customer_id = p_customer_id
  );
  -- what events are about, the offers of the waitlist included
  v_subjects := v_appointments || array(
    select i.id
    from schnittwerk_core.waitlist w
    left join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
    cross join lateral (values (w.id), (o.id)) i (id)
    where w.salon_id = p_salon_id and w.customer_id = p_customer_id
  );

  update schnittwerk_core.customers c
  set
    full_name = 'Erased customer',
    email = null,
    phone = null,
    notes = null,
    profile_id = null,
    erased_at = coalesce(c.erased_at, schnittwerk_core.clock())
  where c.salon_id = p_salon_id and c.id = p_customer_id;
  begin
    delete from schnittwerk_core.profiles p
    where p.salon_id = p_salon_id and p.id = v_profile_id and p.role = 'customer';
  exception when foreign_key_violation then
    null; -- one of the salon's people keeps the profile that they have
  end;
  delete from schnittwerk_core.contact_preference p
  where p.salon_id = p_salon_id and p.customer_id = p_customer_id;
  delete from schnittwerk_core.contact_consent p
  where p.salon_id = p_salon_id and p.customer_id = p_customer_id;

  update schnittwerk_core.appointments a
  set notes = null, cancellation_reason = null
  where a.salon_id = p_salon_id and a.customer_id = p_customer_id
    and num_nonnulls(a.notes, a.cancellation_reason) > 0;
  get diagnostics v_notes = row_count;
  update schnittwerk_core.appointment_history h
  set reason = null, override_reason = null
  where h.salon_id = p_salon_id and h.appointment_id = any (v_appointments)
    and num_nonnulls(h.reason, h.override_reason) > 0;
  get diagnostics v_history = row_count;
  update schnittwerk_core.waitlist w
  set notes = null
  where w.salon_id = p_salon_id and w.customer_id = p_customer_id and w.notes is not null;
  get diagnostics v_entries = row_count;

  -- a replay still tells what became of the request, and of which thing
  update schnittwerk_core.booking_operations o
  set
    override_reason = null,
    response = schnittwerk_core.ids_only(o.response)
  where o.salon_id = p_salon_id and o.customer_id = p_customer_id and (
    o.override_reason is not null or o.response <> schnittwerk_core.ids_only(o.response)
  );
  get diagnostics v_operations = row_count;

  -- What a mail server has answered may quote the address; and where a message is being sent it is
  -- yet to answer.
  perform from schnittwerk_core.event_delivery d
  where d.salon_id = p_salon_id and d.subject_id = any (v_subjects) and d.status = 'pending'
  order by d.id
  for update;
  update schnittwerk_core.event_delivery d
  set last_error = null
  where d.salon_id = p_salon_id and d.subject_id = any (v_subjects) and d.last_error is not null;
  get diagnostics v_deliveries = row_count;

  -- last, since what was done above is in the trail with what was there before
  perform schnittwerk_core.record_erasure(p_salon_id, 'profiles', array[v_profile_id]);
  perform schnittwerk_core.record_erasure(p_salon_id, 'customers', array[p_customer_id]);
  delete from schnittwerk_core.audit_personal p
  where p.salon_id = p_salon_id and p.subject_id in (p_customer_id, v_profile_id);
  get diagnostics v_audit_values = row_count;
  perform schnittwerk_core.emit_event(
    p_salon_id, 'customer.erased', p_customer_id,
    jsonb_build_object('salon_id', p_salon_id, 'customer_id', p_customer_id));

  return jsonb_build_object(
    'customer_id', p_customer_id,
    'appointments', v_notes,
    'history', v_history,
    'waitlist_entries', v_entries,
    'operations', v_operations,
    'deliveries', v_deliveries,
    'audit_values', v_audit_values
  );
end
$$;

comment on function schnittwerk_core.erase_personal_data(uuid, uuid) is
  'Erases a customer''s personal data, as personal_column tells, and says from how many rows; what was booked stays, to be counted. The user''s profile is the one that the customer has now: one that was unlinked may be somebody else''s. The fingerprints of requests stay, which can only confirm a guess. The customer is locked, and has nothing ahead.';

revoke execute on function schnittwerk_core.erase_personal_data from public;
-- end include

-- include: sql/privacy/erase_customer.sql
create function schnittwerk_core.erase_customer(p_customer_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_error constant jsonb := jsonb_build_object('error', 'Customer erasure failed');
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_customer_id', p_customer_id is null));
  perform schnittwerk_core.begin_write(v_caller);
  -- In the order of all who write: the customer, appointments, time, the waitlist. Whoever books for
  -- the customer, or changes what they wait for, at this moment holds one of these locks: what they
  -- write is seen after it.
  perform from schnittwerk_core.customers c
  where c.salon_id = v_caller.salon_id and c.id = p_customer_id
  for update;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  elsif exists (
    select from schnittwerk_core.appointments a
    where a.salon_id = v_caller.salon_id and a.customer_id = p_customer_id
      and a.status in ('pending', 'confirmed') and a.ends_at > schnittwerk_core.clock()
  ) then
    return schnittwerk_core.failure(
      'wrong_status', 'The customer has appointments to come: cancel them first', v_error);
  end if;
  perform from schnittwerk_core.appointments a
  where a.salon_id = v_caller.salon_id and a.customer_id = p_customer_id
  order by a.id
  for no key update;
  perform schnittwerk_core.lock_resources(v_caller.salon_id, array(
    select o.staff_id
    from schnittwerk_core.waitlist w
    join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
    where w.salon_id = v_caller.salon_id and w.customer_id = p_customer_id and o.status = 'open'
  ));
  perform schnittwerk_core.lock_waitlist(v_caller.salon_id);
  -- what says active after its dates have passed could be given other dates, and text, again
  perform schnittwerk_core.expire_entry(w)
  from schnittwerk_core.waitlist w
  where w.salon_id = v_caller.salon_id and w.customer_id = p_customer_id
    and w.status in ('active', 'notified')
    and w.preferred_end_date < schnittwerk_core.local_today(w.salon_id);
  if exists (
    select from schnittwerk_core.waitlist w
    where w.salon_id = v_caller.salon_id and w.customer_id = p_customer_id
      and w.status in ('active', 'notified')
  ) then
    return schnittwerk_core.failure(
      'wrong_status', 'The customer is on the waitlist: take them off first', v_error);
  end if;
  return schnittwerk_core.success('erased',
    schnittwerk_core.erase_personal_data(v_caller.salon_id, p_customer_id));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.erase_customer(uuid, uuid) is
  'Engine of schnittwerk.erase_customer.';

revoke execute on function schnittwerk_core.erase_customer from public;
grant execute on function schnittwerk_core.erase_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/privacy/customers_gone_since.sql
create function schnittwerk_core.customers_gone_since(
  p_salon_id uuid, p_before timestamptz, p_customer_id uuid default null
)
returns setof uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select c.id
  from schnittwerk_core.customers c
  where c.salon_id = p_salon_id and (p_customer_id is null or c.id = p_customer_id)
    and c.erased_at is null and c.created_at < p_before
    and not exists (
      select from schnittwerk_core.appointments a
      where a.salon_id = c.salon_id and a.customer_id = c.id and a.ends_at >= p_before
    )
    and not exists (
      select from schnittwerk_core.waitlist w
      join schnittwerk_core.salon s on s.id = w.salon_id
      where w.salon_id = c.salon_id and w.customer_id = c.id and (
        w.created_at >= p_before
        or w.status in ('active', 'notified')
        or w.preferred_end_date >= (p_before at time zone s.time_zone)::date
      )
    )
  order by c.id;
end
$$;

comment on function schnittwerk_core.customers_gone_since(uuid, timestamptz, uuid) is
  'Customers who have not been erased, nor had an appointment or waited since an instant, nor were new; whose entries say that they wait still do, until process_waitlist ends them; none where that is null. p_customer_id: only whether this one.';

revoke execute on function schnittwerk_core.customers_gone_since from public;
-- end include

-- include: sql/privacy/delete_notes.sql
create function schnittwerk_core.delete_notes(
  p_salon_id uuid, p_before timestamptz, p_is_dry_run boolean
)
returns bigint
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointments uuid[];
  v_entries uuid[];
begin
  v_appointments := array(
    select a.id
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.ends_at < p_before
      and (
        num_nonnulls(a.notes, a.cancellation_reason) > 0
        or exists (
          select from schnittwerk_core.appointment_history h
          where h.salon_id = a.salon_id and h.appointment_id = a.id
            and num_nonnulls(h.reason, h.override_reason) > 0
        )
      )
    limit case when p_is_dry_run then null else 10000 end
  );
  v_entries := array(
    select w.id
    from schnittwerk_core.waitlist w
    join schnittwerk_core.salon s on s.id = w.salon_id
    where w.salon_id = p_salon_id and w.created_at < p_before and w.notes is not null
      and w.status not in ('active', 'notified')
      and w.preferred_end_date < (p_before at time zone s.time_zone)::date
    limit case when p_is_dry_run then null else 10000 end
  );
  if not p_is_dry_run then
    update schnittwerk_core.appointments a
    set notes = null, cancellation_reason = null
    where a.salon_id = p_salon_id and a.id = any (v_appointments)
      and num_nonnulls(a.notes, a.cancellation_reason) > 0;
    update schnittwerk_core.appointment_history h
    set reason = null, override_reason = null
    where h.salon_id = p_salon_id and h.appointment_id = any (v_appointments);
    update schnittwerk_core.waitlist w
    set notes = null
    where w.salon_id = p_salon_id and w.id = any (v_entries);
    if cardinality(v_appointments || v_entries) > 0 then
      -- the trail has them too, and now that they are gone once more
      perform schnittwerk_core.record_erasure(p_salon_id, 'appointments', v_appointments);
      perform schnittwerk_core.record_erasure(p_salon_id, 'waitlist', v_entries);
      delete from schnittwerk_core.audit_personal p
      using schnittwerk_core.audit a, unnest(v_appointments || v_entries) t (id)
      where p.salon_id = p_salon_id and a.salon_id = p.salon_id
        and a.occurred_at = p.occurred_at and a.id = p.audit_id
        and a.table_name in ('appointments', 'waitlist')
        and a.row_key ->> 'id' = t.id::text;
    end if;
  end if;
  return cardinality(v_appointments) + cardinality(v_entries);
end
$$;

comment on function schnittwerk_core.delete_notes(uuid, timestamptz, boolean) is
  'Deletes the free text of appointments and waitlist entries that were over before an instant, also from history and audit trail, of at most 10000 of each, and says of how many; nothing where that is null.';

revoke execute on function schnittwerk_core.delete_notes from public;
-- end include

-- include: sql/privacy/delete_audit.sql
create function schnittwerk_core.delete_audit(
  p_salon_id uuid, p_before timestamptz, p_is_dry_run boolean
)
returns bigint
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- rows are looked up by their keys: a join of so many would read the whole table
set plan_cache_mode = force_custom_plan
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_entries bigint;
begin
  if p_is_dry_run then
    select count(*) into v_entries
    from schnittwerk_core.audit a
    where a.salon_id = p_salon_id and a.occurred_at < p_before;
    return v_entries;
  end if;
  with old as materialized (
    select a.occurred_at, a.id
    from schnittwerk_core.audit a
    where a.salon_id = p_salon_id and a.occurred_at < p_before
    order by a.occurred_at
    limit 10000
  ), gone as (
    delete from schnittwerk_core.audit a
    using old
    where a.salon_id = p_salon_id and a.occurred_at = old.occurred_at and a.id = old.id
    returning 1
  )
  select count(*) into v_entries from gone;
  return v_entries;
end
$$;

comment on function schnittwerk_core.delete_audit(uuid, timestamptz, boolean) is
  'Deletes the entries of the audit trail from before an instant, at most 10000, and says how many; none where that is null.';

revoke execute on function schnittwerk_core.delete_audit from public;
-- end include

-- include: sql/privacy/apply_retention.sql
create function schnittwerk_core.apply_retention(p_is_dry_run boolean, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_salon_id uuid;
  v_customer_id uuid;
  v_customers int := 0;
  v_notes bigint;
  v_before timestamptz;
  v_counts jsonb;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  v_salon_id := v_caller.salon_id;
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null));
  perform schnittwerk_core.begin_write(v_caller);

  v_counts := schnittwerk_core.purge_operations(
    schnittwerk_core.policy_value(v_salon_id, 'retention_operations_days')::int,
    p_is_dry_run, v_salon_id) -> 'purged'
  || (schnittwerk_core.purge_events(
    schnittwerk_core.policy_value(v_salon_id, 'retention_events_days')::int,
    p_is_dry_run, v_salon_id) -> 'purged');

  -- before the customers, whose notes would be gone with them
  v_notes := schnittwerk_core.delete_notes(
    v_salon_id, schnittwerk_core.retained_since(v_salon_id, 'retention_notes_days'), p_is_dry_run);
  v_before := schnittwerk_core.retained_since(v_salon_id, 'retention_customers_days');
  for v_customer_id in
    select c.id
    from schnittwerk_core.customers_gone_since(v_salon_id, v_before) c (id)
    limit case when p_is_dry_run then null else 100 end
  loop
    if not p_is_dry_run then
      perform from schnittwerk_core.customers c
      where c.salon_id = v_salon_id and c.id = v_customer_id
      for update skip locked;
      -- whoever holds the row books; and somebody may have before it was locked
      continue when not found or not exists (
        select from schnittwerk_core.customers_gone_since(v_salon_id, v_before, v_customer_id));
      perform schnittwerk_core.erase_personal_data(v_salon_id, v_customer_id);
    end if;
    v_customers := v_customers + 1;
  end loop;
  return schnittwerk_core.success('retention', v_counts || jsonb_build_object(
    'customers', v_customers,
    'notes', v_notes,
    'audit', schnittwerk_core.delete_audit(
      v_salon_id, schnittwerk_core.retained_since(v_salon_id, 'retention_audit_days'),
      p_is_dry_run)
  ));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.apply_retention(boolean, uuid) is
  'Engine of schnittwerk.apply_retention.';

revoke execute on function schnittwerk_core.apply_retention from public;
grant execute on function schnittwerk_core.apply_retention
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/privacy/missing_months.sql
create function schnittwerk_core.missing_months()
returns table (table_name text, starts_at timestamptz, ends_at timestamptz)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set timezone = 'UTC'
as $$
declare
  v_this_month constant timestamptz := date_trunc('month', schnittwerk_core.clock());
  v_month record;
  v_has_rows boolean;
begin
  for v_month in
    select t.name, t.time_column, m.starts_at
    from (
      values ('audit', 'occurred_at'), ('events', 'occurred_at'), ('refusal', 'created_at')
    ) t (name, time_column)
    cross join generate_series(
      v_this_month, v_this_month + interval '3 months', interval '1 month') m (starts_at)
    where to_regclass(format('schnittwerk_core.%I',
      t.name || to_char(m.starts_at, '_YYYY_MM'))) is null
  loop
    table_name := v_month.name;
    starts_at := v_month.starts_at;
    ends_at := starts_at + interval '1 month';
    execute format(
      'select exists ('
      '  select from (select id from schnittwerk_core.salon union all values ($1)) s'
      '  where exists ('
      '    select from schnittwerk_core.%1$I p'
      '    where p.salon_id = s.id and p.%2$I >= $2 and p.%2$I < $3))',
      table_name || '_default', v_month.time_column)
    into v_has_rows
    using '00000000-0000-0000-0000-000000000000'::uuid, starts_at, ends_at;
    if not v_has_rows then
      return next;
    end if;
  end loop;
end
$$;

comment on function schnittwerk_core.missing_months() is
  'The months, this one and three to come, that audit, events and refusal have no partition for yet and could have: one of which rows lie in the default partition stays there.';

revoke execute on function schnittwerk_core.missing_months from public;
-- end include

-- include: sql/privacy/past_months.sql
create function schnittwerk_core.past_months()
returns table (table_name text, month_name text)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
-- as bounds are written
set timezone = 'UTC'
set datestyle = 'ISO'
as $$
declare
  v_nobody constant uuid := uuid '00000000-0000-0000-0000-000000000000';
  v_partition record;
  v_gone uuid[];
  v_kept uuid[];
  v_is_kept boolean;
begin
  for v_partition in
    select t.name, t.policy_key, c.relname, b.bound[1]::timestamptz as starts_at,
      b.bound[2]::timestamptz as ends_at
    from (
      values
        ('audit', 'retention_audit_days'), ('events', 'retention_events_days'),
        ('refusal', 'retention_operations_days')
    ) t (name, policy_key)
    join pg_inherits i on i.inhparent = format('schnittwerk_core.%I', t.name)::regclass
    join pg_class c on c.oid = i.inhrelid
    cross join lateral regexp_match(
      pg_get_expr(c.relpartbound, c.oid), $re$FROM \('(.+)'\) TO \('(.+)'\)$re$) b (bound)
    where b.bound[2]::timestamptz <= schnittwerk_core.clock()
  loop
    select
      coalesce(array_agg(s.id) filter (where r.is_gone), '{}') || v_nobody,
      coalesce(array_agg(s.id) filter (where r.is_gone is not true), '{}')
    into v_gone, v_kept
    from schnittwerk_core.salon s
    cross join lateral (
      select v_partition.ends_at
        <= schnittwerk_core.retained_since(s.id, v_partition.policy_key) as is_gone
    ) r;
    continue when v_gone = array[v_nobody];
    -- by index, before all is read
    execute format(
      'select exists (select from unnest($1) s (id) where exists ('
      '    select from schnittwerk_core.%1$I p where p.salon_id = s.id))'
      ' or exists (select from schnittwerk_core.%1$I p where p.salon_id <> all ($2))',
      v_partition.relname)
    into v_is_kept
    using v_kept, v_gone;
    continue when v_is_kept or v_partition.name = 'events' and exists (
      select from schnittwerk_core.events e
      join schnittwerk_core.event_consumer c on c.salon_id = e.salon_id
      where e.occurred_at >= v_partition.starts_at and e.occurred_at < v_partition.ends_at
        and not pg_visible_in_snapshot(e.transaction_id, c.passed)
        and not (
          coalesce(pg_visible_in_snapshot(e.transaction_id, c.batch), false)
          and e.number <= c.batch_number
        )
      union all
      select from schnittwerk_core.event_delivery d
      where d.occurred_at >= v_partition.starts_at and d.occurred_at < v_partition.ends_at
        and d.status in ('pending', 'parked')
    );
    table_name := v_partition.name;
    month_name := v_partition.relname;
    return next;
  end loop;
end
$$;

comment on function schnittwerk_core.past_months() is
  'The partitions of which no salon''s retention policy keeps a row, and of events nobody has one yet to read or to deliver.';

revoke execute on function schnittwerk_core.past_months from public;
-- end include

-- include: sql/privacy/keep_partitions.sql
create function schnittwerk_core.keep_partitions()
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set lock_timeout = 0
as $$
declare
  -- what refers to a table's rows, and has its months with it
  v_followers constant jsonb := jsonb '{"audit": "audit_personal", "events": "event_delivery"}';
  v_month record;
  v_follower text;
  v_made int := 0;
  v_dropped int := 0;
  v_nothing constant jsonb := jsonb '{"partitions_made": 0, "partitions_dropped": 0}';
begin
  if not exists (select from schnittwerk_core.missing_months())
    and not exists (select from schnittwerk_core.past_months())
  then
    return v_nothing;
  end if;
  -- One upkeep at a time: another salon's that holds this row is making the partitions. Nothing else
  -- locks the row so, and clients cannot reach it.
  perform from schnittwerk_core.policy_definition d
  where d.policy_key = 'retention_audit_days'
  for no key update skip locked;
  if not found then
    return v_nothing;
  end if;

  -- Who writes holds some of these tables and waits for others; so all are locked before anything
  -- is done. First the salon, which every call has read: once it is locked none is under way. It is
  -- needed as well, being what events refer to. For those who write by hand: a server looks for
  -- deadlocks after a while, and these six waits are over in less than half of it.
  perform set_config('lock_timeout', greatest(s.setting::int / 12, 1)::text, true)
  from pg_settings s
  where s.name = 'deadlock_timeout';
  begin
    lock table schnittwerk_core.salon, schnittwerk_core.audit, schnittwerk_core.audit_personal,
      schnittwerk_core.events, schnittwerk_core.event_delivery, schnittwerk_core.refusal
    in access exclusive mode;
  exception when lock_not_available then
    return v_nothing; -- there is time until the next upkeep
  end;

  for v_month in select m.* from schnittwerk_core.missing_months() m loop
    v_follower := v_followers ->> v_month.table_name;
    begin
      perform schnittwerk_core.make_partition(t.name, v_month.starts_at, v_month.ends_at)
      from unnest(array[v_month.table_name, v_follower]) t (name)
      where t.name is not null;
      v_made := v_made + 1;
    exception when check_violation or object_in_use then
      null; -- rows of a salon that is no more, or the caller's own query, are in the way
    end;
  end loop;

  for v_month in select m.* from schnittwerk_core.past_months() m loop
    v_follower := v_followers ->> v_month.table_name;
    begin
      if v_follower is not null then
        execute format('drop table schnittwerk_core.%I',
          v_follower || substr(v_month.month_name, length(v_month.table_name) + 1));
      end if;
      -- not dropped at once, since it is referred to: this looks whether any row is
      execute format('alter table schnittwerk_core.%I detach partition schnittwerk_core.%I',
        v_month.table_name, v_month.month_name);
      execute format('drop table schnittwerk_core.%I', v_month.month_name);
      v_dropped := v_dropped + 1;
    exception when foreign_key_violation or object_in_use or dependent_objects_still_exist then
      null; -- somebody has put something on it by hand
    end;
  end loop;
  return jsonb_build_object('partitions_made', v_made, 'partitions_dropped', v_dropped);
end
$$;

comment on function schnittwerk_core.keep_partitions() is
  'Makes the partitions of missing_months, drops those of past_months, and says how many months of a table: {"partitions_made", "partitions_dropped"}; none where others keep one of the tables busy. To be called before anything else that locks.';

revoke execute on function schnittwerk_core.keep_partitions from public;
-- end include

commit;
