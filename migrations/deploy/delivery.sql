-- Deploy schnittwerk:delivery

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/delivery/event_consumer.sql
create table schnittwerk_core.event_consumer (
  salon_id uuid not null,
  name text not null,
  passed pg_snapshot not null default '1:1:',
  batch pg_snapshot,
  batch_number bigint not null default 0,
  restored_number bigint not null default 0,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint event_consumer_pkey primary key (salon_id, name),
  constraint event_consumer_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint event_consumer_name_is_1_to_100 check (name ~ '^[[:graph:]]{1,100}$')
);

alter table schnittwerk_core.event_consumer enable row level security;

comment on table schnittwerk_core.event_consumer is
  'The position of each consumer of a salon''s events. A batch has the events that have committed since the last one, by number. So a consumer misses no event that commits late, and gets the events of a subject in order.';
comment on column schnittwerk_core.event_consumer.salon_id is 'The salon.';
comment on column schnittwerk_core.event_consumer.name is 'The consumer''s name.';
comment on column schnittwerk_core.event_consumer.passed is 'The transactions that had committed when the last finished batch began.';
comment on column schnittwerk_core.event_consumer.batch is 'The transactions that had committed when the current batch began; null = no current batch.';
comment on column schnittwerk_core.event_consumer.batch_number is 'Number of the last event acknowledged in the current batch.';
comment on column schnittwerk_core.event_consumer.restored_number is
  'Events up to this number may have transaction ids that this cluster has not reached yet. They were restored from another cluster, where they had committed.';
comment on column schnittwerk_core.event_consumer.created_at is 'When it first read.';
comment on column schnittwerk_core.event_consumer.updated_at is 'When it last moved.';

create trigger event_consumer_touch_updated_at
before update on schnittwerk_core.event_consumer
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/delivery/settled_transactions.sql
create function schnittwerk_core.settled_transactions()
returns pg_snapshot
language sql
volatile
return (
  select case
    when s.own >= pg_snapshot_xmax(s.now) then s.now
    else format('%s:%s:%s',
      least(pg_snapshot_xmin(s.now), s.own), pg_snapshot_xmax(s.now), (
        select string_agg(r.id::text, ',' order by r.id)
        from (
          select x.id from pg_snapshot_xip(s.now) x (id)
          union
          select s.own
        ) r
      ))::pg_snapshot
  end
  from (select pg_current_snapshot() as now, pg_current_xact_id() as own) s
);

comment on function schnittwerk_core.settled_transactions() is
  'The transactions that have ended. The current one counts as running, since it may still write events.';

revoke execute on function schnittwerk_core.settled_transactions from public;
-- end include

-- include: sql/delivery/is_settled.sql
create function schnittwerk_core.is_settled(
  p_settled pg_snapshot, p_restored_number bigint, p_transaction_id xid8, p_number bigint
)
returns boolean
language sql
immutable
parallel safe
return pg_visible_in_snapshot(p_transaction_id, p_settled)
  or p_transaction_id >= pg_snapshot_xmax(p_settled) and p_number <= p_restored_number
  -- A consumer that has read nothing has passed nothing.
  and pg_snapshot_xmax(p_settled) > '1';

comment on function schnittwerk_core.is_settled(pg_snapshot, bigint, xid8, bigint) is
  'Whether the transaction of a journal entry had committed by a snapshot. Entries that were restored from another cluster count as committed.';

revoke execute on function schnittwerk_core.is_settled from public;

create function schnittwerk_core.is_passed(
  p_consumer schnittwerk_core.event_consumer, p_transaction_id xid8, p_number bigint
)
returns boolean
language sql
immutable
parallel safe
return schnittwerk_core.is_settled(
    (p_consumer).passed, (p_consumer).restored_number, p_transaction_id, p_number)
  or coalesce(schnittwerk_core.is_settled(
    (p_consumer).batch, (p_consumer).restored_number, p_transaction_id, p_number), false)
  and p_number <= (p_consumer).batch_number;

comment on function schnittwerk_core.is_passed(schnittwerk_core.event_consumer, xid8, bigint) is
  'Whether a consumer has passed an event.';

revoke execute on function schnittwerk_core.is_passed from public;
-- end include

-- include: sql/delivery/next_events.sql
create function schnittwerk_core.next_events(p_salon_id uuid, p_consumer text, p_limit int)
returns setof schnittwerk_core.events
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_cursor schnittwerk_core.event_consumer;
  v_settled pg_snapshot;
  v_is_new boolean;
  v_is_new_batch boolean;
  v_end xid8;
begin
  insert into schnittwerk_core.event_consumer (salon_id, name)
  values (p_salon_id, p_consumer)
  on conflict (salon_id, name) do nothing;
  v_is_new := found;
  select c.* into v_cursor
  from schnittwerk_core.event_consumer c
  where c.salon_id = p_salon_id and c.name = p_consumer
  for update;

  loop
    v_settled := schnittwerk_core.settled_transactions();
    if v_is_new
      or pg_snapshot_xmax(coalesce(v_cursor.batch, v_cursor.passed)) > pg_snapshot_xmax(v_settled)
    then
      -- Restored into another cluster: its transaction ids do not compare with those passed before.
      -- One statement, whose snapshot is older than the list of ended transactions that it reads.
      select
        s.settled, coalesce((
          select max(j.number)
          from schnittwerk_core.journal j
          where j.salon_id = p_salon_id and j.transaction_id >= pg_snapshot_xmax(s.settled)
        ), 0)
      into v_settled, v_cursor.restored_number
      from schnittwerk_core.settled_transactions() s (settled);
      v_cursor.passed := '1:1:';
      v_cursor.batch := null;
      v_is_new := false;
    end if;
    v_is_new_batch := v_cursor.batch is null;
    if v_is_new_batch then
      v_cursor.batch := v_settled;
      v_cursor.batch_number := 0;
      update schnittwerk_core.event_consumer c
      set passed = v_cursor.passed, batch = v_cursor.batch, batch_number = v_cursor.batch_number,
        restored_number = v_cursor.restored_number
      where c.salon_id = p_salon_id and c.name = p_consumer;
    end if;
    -- Restored events come with the first batch.
    v_end := case when pg_snapshot_xmax(v_cursor.passed) = '1' then '18446744073709551615'
      else pg_snapshot_xmax(v_cursor.batch) end;
    return query
    select e.*
    from schnittwerk_core.events e
    where e.salon_id = p_salon_id
      and e.transaction_id >= pg_snapshot_xmin(v_cursor.passed)
      and e.transaction_id <= v_end
      and not schnittwerk_core.is_passed(v_cursor, e.transaction_id, e.number)
      and schnittwerk_core.is_settled(
        v_cursor.batch, v_cursor.restored_number, e.transaction_id, e.number)
    order by e.number
    limit p_limit;
    exit when found or v_is_new_batch;
    v_cursor.passed := v_cursor.batch;
    v_cursor.batch := null;
  end loop;
end
$$;

comment on function schnittwerk_core.next_events(uuid, text, int) is
  'The events that a consumer has not acknowledged yet, at most p_limit: the same ones until it acknowledges them. Locks the consumer''s position.';

revoke execute on function schnittwerk_core.next_events from public;
-- end include

-- include: sql/delivery/pass_event.sql
create function schnittwerk_core.pass_event(p_salon_id uuid, p_consumer text, p_event_id uuid)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.event_consumer c
  set batch_number = e.number
  from schnittwerk_core.events e
  where c.salon_id = p_salon_id and c.name = p_consumer
    and e.salon_id = p_salon_id and e.id = p_event_id
    and not schnittwerk_core.is_passed(c, e.transaction_id, e.number)
    and schnittwerk_core.is_settled(c.batch, c.restored_number, e.transaction_id, e.number);
  return found;
end
$$;

comment on function schnittwerk_core.pass_event(uuid, text, uuid) is
  'Moves a consumer past an event of its current batch and all before it. Returns false if it has already passed the event.';

revoke execute on function schnittwerk_core.pass_event from public;
-- end include

-- include: sql/delivery/contact_preference.sql
create table schnittwerk_core.contact_preference (
  salon_id uuid not null,
  customer_id uuid not null,
  language text not null,
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint contact_preference_pkey primary key (salon_id, customer_id),
  constraint contact_preference_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id)
    on delete cascade,
  constraint contact_preference_language_is_iso_639_1 check (language ~ '^[a-z]{2}$')
);

alter table schnittwerk_core.contact_preference enable row level security;

comment on table schnittwerk_core.contact_preference is
  'The language for messages to a customer; without a row the relay''s default.';
comment on column schnittwerk_core.contact_preference.salon_id is 'The salon.';
comment on column schnittwerk_core.contact_preference.customer_id is 'The customer.';
comment on column schnittwerk_core.contact_preference.language is 'ISO 639-1 code, such as de or en.';
comment on column schnittwerk_core.contact_preference.updated_at is 'When it was last set.';

create trigger contact_preference_touch_updated_at
before update on schnittwerk_core.contact_preference
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/delivery/contact_consent.sql
create table schnittwerk_core.contact_consent (
  salon_id uuid not null,
  customer_id uuid not null,
  channel text not null,
  is_given boolean not null,
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint contact_consent_pkey primary key (salon_id, customer_id, channel),
  constraint contact_consent_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id)
    on delete cascade,
  constraint contact_consent_channel_is_known check (channel in ('email', 'sms', 'chat'))
);

alter table schnittwerk_core.contact_consent enable row level security;

comment on table schnittwerk_core.contact_consent is
  'The channels by which a customer has agreed, or not agreed, to get messages. Without a row nothing is sent.';
comment on column schnittwerk_core.contact_consent.salon_id is 'The salon.';
comment on column schnittwerk_core.contact_consent.customer_id is 'The customer.';
comment on column schnittwerk_core.contact_consent.channel is 'email, sms or chat.';
comment on column schnittwerk_core.contact_consent.is_given is 'Whether they have agreed.';
comment on column schnittwerk_core.contact_consent.updated_at is 'Since when.';

create trigger contact_consent_touch_updated_at
before update on schnittwerk_core.contact_consent
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/delivery/contact_preferences_json.sql
create function schnittwerk_core.contact_preferences_json(p_salon_id uuid, p_customer_id uuid)
returns jsonb
language sql
stable
return jsonb_build_object(
  'customer_id', p_customer_id,
  'language', (
    select p.language
    from schnittwerk_core.contact_preference p
    where p.salon_id = p_salon_id and p.customer_id = p_customer_id
  ),
  'consents', (
    select '{"email": false, "sms": false, "chat": false}'
      || coalesce(jsonb_object_agg(s.channel, s.is_given), '{}')
    from schnittwerk_core.contact_consent s
    where s.salon_id = p_salon_id and s.customer_id = p_customer_id
  )
);

comment on function schnittwerk_core.contact_preferences_json(uuid, uuid) is
  'A customer''s language (null = none chosen) and, for each channel, whether they have agreed to messages.';

revoke execute on function schnittwerk_core.contact_preferences_json from public;
-- end include

-- include: sql/delivery/contact_of.sql
create function schnittwerk_core.contact_of(
  p_caller schnittwerk_core.caller, p_customer_id uuid
)
returns uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid;
begin
  select c.id into v_id
  from schnittwerk_core.customers c
  where c.salon_id = (p_caller).salon_id and c.erased_at is null
    and case when p_customer_id is null then c.profile_id = (p_caller).user_id
      else c.id = p_customer_id
        and (schnittwerk_core.is_of_salon(p_caller) or c.profile_id = (p_caller).user_id) end;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  end if;
  return v_id;
end
$$;

comment on function schnittwerk_core.contact_of(schnittwerk_core.caller, uuid) is
  'The customer whose contact preferences a call is about, null = the caller. Refuses with not_found if they do not exist or the caller may not see them.';

revoke execute on function schnittwerk_core.contact_of from public;
-- end include

-- include: sql/delivery/give_contact.sql
create function schnittwerk_core.give_contact(p_salon_id uuid, p_from_id uuid, p_to_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_consents bigint;
begin
  insert into schnittwerk_core.contact_preference (salon_id, customer_id, language, updated_at)
  select p.salon_id, p_to_id, p.language, p.updated_at
  from schnittwerk_core.contact_preference p
  where p.salon_id = p_salon_id and p.customer_id = p_from_id
  on conflict (salon_id, customer_id) do nothing;
  insert into schnittwerk_core.contact_consent as s (
    salon_id, customer_id, channel, is_given, updated_at
  )
  select f.salon_id, p_to_id, f.channel, f.is_given, f.updated_at
  from schnittwerk_core.contact_consent f
  where f.salon_id = p_salon_id and f.customer_id = p_from_id
  order by f.channel
  on conflict (salon_id, customer_id, channel) do update set is_given = false
  where s.is_given and not excluded.is_given;
  get diagnostics v_consents = row_count;
  return jsonb_build_object('consents', v_consents);
end
$$;

comment on function schnittwerk_core.give_contact(uuid, uuid, uuid) is
  'Gives one customer the language and the consents of another where they have none; what either refused stays refused. Returns how many consents that changed.';

revoke execute on function schnittwerk_core.give_contact from public;

create function schnittwerk_core.take_contact_back(
  p_merge schnittwerk_core.customer_merge, p_changes schnittwerk_core.merge_change[]
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Of the kept customer, what nobody has changed since.
  delete from schnittwerk_core.contact_preference p
  using unnest(p_changes) c
  where c.table_name = 'contact_preference' and c.kind = 'created'
    and p.salon_id = p_merge.salon_id and p.customer_id = p_merge.kept_id
    and p.updated_at <= p_merge.merged_at;
  delete from schnittwerk_core.contact_consent s
  using unnest(p_changes) c
  where c.table_name = 'contact_consent' and c.kind = 'created'
    and s.salon_id = p_merge.salon_id and s.customer_id = p_merge.kept_id
    and s.channel = c.row_key ->> 'channel' and s.updated_at <= p_merge.merged_at;
  update schnittwerk_core.contact_consent s
  set is_given = true
  from unnest(p_changes) c
  where c.table_name = 'contact_consent' and c.kind = 'updated'
    and s.salon_id = p_merge.salon_id and s.customer_id = p_merge.kept_id
    and s.channel = c.row_key ->> 'channel' and s.updated_at <= p_merge.merged_at;

  insert into schnittwerk_core.contact_preference (salon_id, customer_id, language, updated_at)
  select
    p_merge.salon_id, p_merge.merged_id, c.before ->> 'language',
    (c.before ->> 'updated_at')::timestamptz
  from unnest(p_changes) c
  where c.table_name = 'contact_preference' and c.kind = 'deleted';
  insert into schnittwerk_core.contact_consent (
    salon_id, customer_id, channel, is_given, updated_at
  )
  select
    p_merge.salon_id, p_merge.merged_id, c.before ->> 'channel',
    (c.before ->> 'is_given')::boolean, (c.before ->> 'updated_at')::timestamptz
  from unnest(p_changes) c
  where c.table_name = 'contact_consent' and c.kind = 'deleted';
end
$$;

comment on function schnittwerk_core.take_contact_back(
  schnittwerk_core.customer_merge, schnittwerk_core.merge_change[]
) is
  'Undoes give_contact: the merged customer has their language and consents again.';

revoke execute on function schnittwerk_core.take_contact_back from public;
-- end include

-- include: sql/delivery/event_delivery.sql
create table schnittwerk_core.event_delivery (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  event_id uuid not null,
  occurred_at timestamptz not null,
  event_number bigint not null,
  subject_id uuid not null,
  target text not null,
  channel text not null,
  status text not null default 'pending',
  reason text,
  attempts int not null default 0,
  next_attempt_at timestamptz not null default schnittwerk_core.clock(),
  last_error text,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint event_delivery_pkey primary key (salon_id, id, occurred_at),
  constraint event_delivery_is_made_once_for_a_target
    unique (salon_id, event_id, occurred_at, target),
  constraint event_delivery_channel_is_known
    check (channel in ('email', 'sms', 'chat', 'webhook')),
  constraint event_delivery_status_is_known
    check (status in ('pending', 'delivered', 'parked', 'skipped')),
  constraint event_delivery_skipped_ones_have_a_reason
    check ((status = 'skipped') = (reason is not null)),
  constraint event_delivery_last_error_is_at_most_500 check (length(last_error) <= 500)
) partition by range (occurred_at);

create index event_delivery_by_next_attempt
  on schnittwerk_core.event_delivery (salon_id, target, next_attempt_at, event_number)
  where status = 'pending';
create index event_delivery_in_order
  on schnittwerk_core.event_delivery (salon_id, subject_id, target, event_number)
  where status = 'pending';
create index event_delivery_by_subject
  on schnittwerk_core.event_delivery (salon_id, subject_id);
create index event_delivery_by_status
  on schnittwerk_core.event_delivery (salon_id, status, created_at);

alter table schnittwerk_core.event_delivery enable row level security;

comment on table schnittwerk_core.event_delivery is
  'An event that a relay is to send to a target. The relay holds the row''s lock while it sends.';
comment on column schnittwerk_core.event_delivery.salon_id is 'The salon.';
comment on column schnittwerk_core.event_delivery.id is 'Identifies the delivery within the salon.';
comment on column schnittwerk_core.event_delivery.event_id is
  'The event, an entry of the journal. Not a foreign key, because a referenced partition cannot be dropped.';
comment on column schnittwerk_core.event_delivery.occurred_at is 'When the event happened.';
comment on column schnittwerk_core.event_delivery.event_number is 'The event''s number: a target gets the deliveries of a subject in this order.';
comment on column schnittwerk_core.event_delivery.subject_id is
  'The event''s subject; the visit of a message about one of its items.';
comment on column schnittwerk_core.event_delivery.target is 'The target''s name in the relay''s configuration.';
comment on column schnittwerk_core.event_delivery.channel is 'email, sms or chat, to a customer who has agreed; or webhook.';
comment on column schnittwerk_core.event_delivery.status is
  'pending, delivered, parked (failed until retry_deliveries is called) or skipped.';
comment on column schnittwerk_core.event_delivery.reason is
  'Why it was skipped: no_consent, no_address, or outdated (no longer true, or another message about the visit covers it).';
comment on column schnittwerk_core.event_delivery.attempts is 'How often it has failed.';
comment on column schnittwerk_core.event_delivery.next_attempt_at is 'When it is due.';
comment on column schnittwerk_core.event_delivery.last_error is 'The last error, as the mail server or other receiver worded it.';
comment on column schnittwerk_core.event_delivery.created_at is 'When the relay read the event.';
comment on column schnittwerk_core.event_delivery.updated_at is 'When it last changed.';

select schnittwerk_core.make_partition('event_delivery');

create trigger event_delivery_touch_updated_at
before update on schnittwerk_core.event_delivery
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/delivery/appointment_reminder.sql
create table schnittwerk_core.appointment_reminder (
  salon_id uuid not null,
  appointment_id uuid not null,
  starts_at timestamptz not null,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint appointment_reminder_pkey primary key (salon_id, appointment_id, starts_at),
  constraint appointment_reminder_appointment_is_of_the_salon
    foreign key (salon_id, appointment_id)
    references schnittwerk_core.appointments (salon_id, id) on delete cascade
);

alter table schnittwerk_core.appointment_reminder enable row level security;

comment on table schnittwerk_core.appointment_reminder is
  'The appointments and starts for which a reminder has been due, so that each gets only one.';
comment on column schnittwerk_core.appointment_reminder.salon_id is 'The salon.';
comment on column schnittwerk_core.appointment_reminder.appointment_id is 'The appointment.';
comment on column schnittwerk_core.appointment_reminder.starts_at is 'Its start.';
comment on column schnittwerk_core.appointment_reminder.created_at is 'When the reminder became due.';
-- end include

-- include: sql/delivery/message_template.sql
create function schnittwerk_core.message_template(p_event_type text)
returns text
language sql
immutable
parallel safe
return case p_event_type
  when 'appointment.created' then 'confirmation'
  when 'appointment.confirmed' then 'confirmation'
  when 'appointment.rescheduled' then 'reschedule'
  when 'appointment.cancelled' then 'cancellation'
  when 'appointment.reminder_due' then 'reminder'
  when 'waitlist_offer.made' then 'waitlist_offer'
end;

comment on function schnittwerk_core.message_template(text) is
  'The message that a customer gets about an event; null for events without a message.';

revoke execute on function schnittwerk_core.message_template from public;
-- end include

-- include: sql/delivery/quiet_until.sql
create function schnittwerk_core.quiet_until(
  p_salon schnittwerk_core.salon, p_instant timestamptz
)
returns timestamptz
language sql
stable
parallel safe
return (
  select case when
    case when (p_salon).quiet_from < (p_salon).quiet_until
      then l.time >= (p_salon).quiet_from and l.time < (p_salon).quiet_until
      else l.time >= (p_salon).quiet_from or l.time < (p_salon).quiet_until
    end
    then (
      l.date + (p_salon).quiet_until
      + case when l.time >= (p_salon).quiet_until then interval '1 day' else '0' end
    ) at time zone (p_salon).time_zone
  end
  from (
    select (n.local)::date as date, (n.local)::time as time
    from (select p_instant at time zone (p_salon).time_zone as local) n
  ) l
);

comment on function schnittwerk_core.quiet_until(schnittwerk_core.salon, timestamptz) is
  'The end of the salon''s quiet hours around an instant; null if it is not in quiet hours.';

revoke execute on function schnittwerk_core.quiet_until from public;
-- end include

-- include: sql/delivery/visit_message.sql
create function schnittwerk_core.visit_message(p_event schnittwerk_core.events)
returns jsonb
language sql
stable
return (
  select jsonb_build_object(
    'id', (p_event).data -> 'visit_id',
    -- Rises with every change of an item, and is of the same moment as the items.
    'sequence', sum(i.version),
    'status', case when bool_or(i.is_live and i.status = 'pending') then 'pending'
      when bool_or(i.is_live) then 'confirmed' else 'cancelled' end,
    'price', coalesce(sum(i.price) filter (where i.is_live), 0),
    'appointments', coalesce(
      jsonb_agg(i.item order by i.starts_at, i.visit_item) filter (where i.is_live), '[]'),
    'cancelled', coalesce(
      jsonb_agg(i.item order by i.starts_at, i.visit_item) filter (where i.is_cancelled), '[]')
  )
  from (
    select
      a.version, a.status, a.price, a.starts_at, a.visit_item,
      schnittwerk_core.is_live(a.status) as is_live,
      (p_event).type = 'appointment.cancelled' and exists (
        select from schnittwerk_core.journal j
        where j.salon_id = a.salon_id and j.transaction_id = (p_event).transaction_id
          and j.subject_id = a.id and j.table_name = 'appointments' and j.kind = 'cancelled'
      ) as is_cancelled,
      jsonb_build_object(
        'id', a.id,
        'starts_at', schnittwerk_core.utc_text(a.starts_at),
        'ends_at', schnittwerk_core.utc_text(a.ends_at),
        'price', a.price,
        'local_times', jsonb_build_object(
          'starts_at', a.starts_at at time zone s.time_zone,
          'ends_at', a.ends_at at time zone s.time_zone),
        'service', jsonb_build_object('name', v.name),
        'staff', jsonb_build_object('full_name', m.full_name)
      ) as item
    from schnittwerk_core.appointments a
    join schnittwerk_core.salon s on s.id = a.salon_id
    join schnittwerk_core.services v on v.salon_id = a.salon_id and v.id = a.service_id
    join schnittwerk_core.staff m on m.salon_id = a.salon_id and m.id = a.staff_id
    where a.salon_id = (p_event).salon_id and a.visit_id = ((p_event).data ->> 'visit_id')::uuid
  ) i
);

comment on function schnittwerk_core.visit_message(schnittwerk_core.events) is
  'The visit of an event''s appointment, for messages, as it is now: status (pending while an item is), total price, the live items, and the items that the event''s transaction has cancelled.';

revoke execute on function schnittwerk_core.visit_message from public;
-- end include

-- include: sql/delivery/customer_message.sql
create function schnittwerk_core.customer_message(
  p_event schnittwerk_core.events,
  p_delivery schnittwerk_core.event_delivery,
  out message jsonb,
  out skip_reason text
)
returns record
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
  v_is_offer constant boolean := (p_event).type like 'waitlist\_offer.%';
  v_channel constant text := (p_delivery).channel;
  v_starts_at constant timestamptz := ((p_event).data ->> 'starts_at')::timestamptz;
  v_appointment schnittwerk_core.appointments;
  v_offer schnittwerk_core.waitlist_offer;
  v_entry schnittwerk_core.waitlist;
  v_customer schnittwerk_core.customers;
  v_visit jsonb;
  v_is_current boolean;
begin
  if v_channel = 'webhook' then
    return;
  end if;
  if v_is_offer then
    select o.* into v_offer
    from schnittwerk_core.waitlist_offer o
    where o.salon_id = (p_event).salon_id and o.id = (p_event).subject_id;
    select w.* into v_entry
    from schnittwerk_core.waitlist w
    where w.salon_id = (p_event).salon_id and w.id = v_offer.entry_id;
    v_is_current := v_offer.status = 'open' and v_offer.expires_at > v_now;
  else
    select a.* into v_appointment
    from schnittwerk_core.appointments a
    where a.salon_id = (p_event).salon_id and a.id = (p_event).subject_id;
    if (p_event).data ->> 'visit_id' is not null then
      v_visit := schnittwerk_core.visit_message(p_event);
    end if;
    v_is_current := v_appointment.id is not null and v_starts_at > v_now and case (p_event).type
      when 'appointment.cancelled' then true
      when 'appointment.reminder_due' then v_appointment.status in ('pending', 'confirmed')
        and v_appointment.starts_at = v_starts_at
      -- The items of a visit are confirmed one by one, but the customer gets one message.
      when 'appointment.confirmed' then v_visit is null or v_visit ->> 'status' = 'confirmed'
      else v_visit is null or v_visit ->> 'status' <> 'cancelled'
    end;
    -- A message shows the visit as it is when it is sent, so only the last of those pending is.
    if v_visit is not null and (p_event).type <> 'appointment.cancelled' then
      v_is_current := v_is_current and not exists (
        select from schnittwerk_core.event_delivery d
        join schnittwerk_core.published e
          on e.salon_id = d.salon_id and e.id = d.event_id and e.occurred_at = d.occurred_at
        where d.salon_id = (p_delivery).salon_id and d.subject_id = (p_delivery).subject_id
          and d.target = (p_delivery).target and d.status = 'pending'
          and d.event_number > (p_delivery).event_number and e.type = (p_event).type
      );
    end if;
  end if;
  select c.* into v_customer
  from schnittwerk_core.customers c
  where c.salon_id = (p_event).salon_id
    and c.id = coalesce(v_entry.customer_id, schnittwerk_core.current_customer(
      (p_event).salon_id, ((p_event).data ->> 'customer_id')::uuid));

  skip_reason := case
    when not coalesce(v_is_current, false) then 'outdated'
    when not exists (
      select from schnittwerk_core.contact_consent s
      where s.salon_id = (p_event).salon_id and s.customer_id = v_customer.id
        and s.channel = v_channel and s.is_given
    ) then 'no_consent'
    when coalesce(btrim(
      case v_channel when 'email' then v_customer.email when 'sms' then v_customer.phone
        else 'the target knows' end
    ), '') = '' then 'no_address'
  end;
  if skip_reason is not null then
    return;
  end if;
  select jsonb_build_object(
    'template', schnittwerk_core.message_template((p_event).type),
    'language', (
      select p.language
      from schnittwerk_core.contact_preference p
      where p.salon_id = (p_event).salon_id and p.customer_id = v_customer.id
    ),
    'customer', jsonb_build_object(
      'id', v_customer.id, 'full_name', v_customer.full_name,
      'email', v_customer.email, 'phone', v_customer.phone
    ),
    -- Converted by the database, so that relays need no time zone rules.
    'local_times', (
      select coalesce(jsonb_object_agg(d.key, d.value::timestamptz at time zone s.time_zone), '{}')
      from jsonb_each_text((p_event).data) d
      where d.key like '%\_at' and d.value is not null
    ),
    'salon', jsonb_build_object('name', s.name, 'time_zone', s.time_zone, 'currency', s.currency),
    'service', (
      select jsonb_build_object('name', v.name)
      from schnittwerk_core.services v
      where v.salon_id = s.id
        and v.id = coalesce(v_entry.service_id, ((p_event).data ->> 'service_id')::uuid)
    ),
    'staff', (
      select jsonb_build_object('full_name', m.full_name)
      from schnittwerk_core.staff m
      where m.salon_id = s.id and m.id = ((p_event).data ->> 'staff_id')::uuid
    ),
    'visit', v_visit
  ) into message
  from schnittwerk_core.salon s
  where s.id = (p_event).salon_id;
end
$$;

comment on function schnittwerk_core.customer_message(
  schnittwerk_core.events, schnittwerk_core.event_delivery
) is
  'What a message to the customer needs in addition to the event, or why no message is to be sent: outdated, no_consent or no_address. A message about a visit is outdated if a later one will say the same. Webhooks need nothing.';

revoke execute on function schnittwerk_core.customer_message from public;
-- end include

-- include: sql/delivery/delivery_json.sql
create function schnittwerk_core.delivery_json(p_delivery schnittwerk_core.event_delivery)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_delivery) - 'occurred_at' || jsonb_build_object(
  'next_attempt_at', schnittwerk_core.utc_text((p_delivery).next_attempt_at),
  'created_at', schnittwerk_core.utc_text((p_delivery).created_at),
  'updated_at', schnittwerk_core.utc_text((p_delivery).updated_at)
);

comment on function schnittwerk_core.delivery_json(schnittwerk_core.event_delivery) is
  'A delivery with all its columns, times in UTC.';

revoke execute on function schnittwerk_core.delivery_json from public;
-- end include

-- include: sql/delivery/next_delivery.sql
create function schnittwerk_core.next_delivery(
  p_salon_id uuid, p_targets text[], p_now timestamptz
)
returns schnittwerk_core.event_delivery
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- The same plan whatever the statistics, which are often from before the table grew: a target's
-- pending deliveries in index order, up to the first that can be locked.
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_target text;
  v_delivery schnittwerk_core.event_delivery;
begin
  -- Target by target, so that it does not read the backlog of other targets.
  for v_target in
    select t.name
    from unnest(p_targets) t (name)
    cross join lateral (
      select d.next_attempt_at, d.event_number
      from schnittwerk_core.event_delivery d
      where d.salon_id = p_salon_id and d.status = 'pending' and d.target = t.name
        and d.next_attempt_at <= p_now
      order by d.next_attempt_at, d.event_number
      limit 1
    ) first
    order by first.next_attempt_at, first.event_number
  loop
    select d.* into v_delivery
    from schnittwerk_core.event_delivery d
    where d.salon_id = p_salon_id and d.status = 'pending' and d.target = v_target
      and d.next_attempt_at <= p_now
      and d.event_number = (
        select f.event_number
        from schnittwerk_core.event_delivery f
        where f.salon_id = d.salon_id and f.subject_id = d.subject_id and f.target = d.target
          and f.status = 'pending'
        order by f.event_number
        limit 1
      )
    order by d.next_attempt_at, d.event_number
    limit 1
    -- Another relay holds the lock of a delivery that it is sending.
    for update skip locked;
    exit when found;
  end loop;
  return v_delivery;
end
$$;

comment on function schnittwerk_core.next_delivery(uuid, text[], timestamptz) is
  'Locks a delivery that is due for one of the targets: the oldest, and the first of its subject. Null if none is due.';

revoke execute on function schnittwerk_core.next_delivery from public;
-- end include

-- include: sql/delivery/consumer_fault.sql
create function schnittwerk_core.consumer_fault(p_consumer text)
returns jsonb
language sql
stable
return coalesce(
  schnittwerk_core.text_fault('p_consumer', p_consumer, 100),
  schnittwerk_core.fault(
    'p_consumer', p_consumer !~ '^[[:graph:]]+$', 'invalid_name',
    'p_consumer must consist of printable characters without spaces')
);

comment on function schnittwerk_core.consumer_fault(text) is
  'The fault of a consumer''s name: 1 to 100 printable characters.';

revoke execute on function schnittwerk_core.consumer_fault from public;
-- end include

-- include: sql/delivery/contact_preferences_faults.sql
create function schnittwerk_core.contact_preferences_faults(p_language text, p_consents jsonb)
returns jsonb[]
language sql
stable
return array[
  coalesce(
    schnittwerk_core.text_fault('p_language', p_language, 2, false),
    schnittwerk_core.fault(
      'p_language', coalesce(p_language !~ '^[a-z]{2}$', false), 'invalid_type',
      'p_language must be an ISO 639-1 code such as de or en')
  )
] || case when p_consents is not null
  then schnittwerk_core.object_faults('p_consents', p_consents, '{email,sms,chat}') end
|| array(
  select schnittwerk_core.json_fault('p_consents.' || left(c.key, 100), c.value, 'boolean', true)
  from jsonb_each(
    case when jsonb_typeof(p_consents) = 'object' then p_consents else '{}' end
  ) c
);

comment on function schnittwerk_core.contact_preferences_faults(text, jsonb) is
  'The faults of contact preferences, all at once.';

revoke execute on function schnittwerk_core.contact_preferences_faults from public;
-- end include

-- include: sql/delivery/target_faults.sql
create function schnittwerk_core.target_faults(p_targets jsonb)
returns jsonb[]
language sql
stable
return schnittwerk_core.json_fault('p_targets', p_targets, 'array', true) || array(
  select f.fault
  from schnittwerk_core.list_items('p_targets', p_targets) t
  cross join lateral unnest(
    schnittwerk_core.object_faults(t.path, t.value, '{name,channel,events}')
    || schnittwerk_core.json_fault(t.path || '.name', t.value -> 'name', 'string', true)
    || schnittwerk_core.line_fault(t.path || '.name', t.value ->> 'name', 100, false)
    || schnittwerk_core.fault(
      t.path || '.channel',
      not coalesce(t.value ->> 'channel' in ('email', 'sms', 'chat', 'webhook'), false),
      'unknown_channel', t.path || '.channel must be email, sms, chat or webhook')
    || schnittwerk_core.json_fault(t.path || '.events', t.value -> 'events', 'array')
    || array(
      select coalesce(
        schnittwerk_core.json_fault(e.path, e.value, 'string', true),
        schnittwerk_core.text_fault(e.path, e.value #>> '{}', 100)
      )
      from schnittwerk_core.list_items(t.path || '.events', t.value -> 'events') e
    )
  ) f (fault)
);

comment on function schnittwerk_core.target_faults(jsonb) is
  'The faults of a list of relay targets, all at once.';

revoke execute on function schnittwerk_core.target_faults from public;
-- end include

-- include: sql/delivery/let_go.sql
create function schnittwerk_core.let_go(p_salon_id uuid, p_from timestamptz, p_until timestamptz)
returns void
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
  v_events_since constant timestamptz := (
    select z.events_since from schnittwerk_core.salon_state z where z.salon_id = p_salon_id
  );
  v_times timestamptz[];
  v_ids uuid[];
begin
  -- Including deliveries that had not ended when their events were released.
  with ended as (
    delete from schnittwerk_core.event_delivery d
    where d.salon_id = p_salon_id and d.occurred_at < v_events_since
      and d.status in ('delivered', 'skipped')
    returning d.occurred_at, d.event_id
  )
  select array_agg(e.occurred_at), array_agg(e.event_id) into v_times, v_ids
  from ended e;
  delete from schnittwerk_core.journal j
  using (
    select o.salon_id, o.occurred_at, o.id
    from schnittwerk_core.journal o
    where o.salon_id = p_salon_id and o.occurred_at >= p_from and o.occurred_at < p_until
    union
    select p_salon_id, d.occurred_at, d.event_id
    from unnest(v_times, v_ids) d (occurred_at, event_id)
    union
    -- The history of an appointment, kept until the appointment was deleted.
    select o.salon_id, o.occurred_at, o.id
    from schnittwerk_core.journal e
    join schnittwerk_core.journal o
      on o.salon_id = e.salon_id and o.subject_id = e.subject_id and o.occurred_at < p_until
    where e.salon_id = p_salon_id and e.occurred_at >= p_from and e.occurred_at < p_until
      and e.table_name = 'appointments' and e.kind = 'deleted'
  ) old, schnittwerk_core.salon_state z
  where j.salon_id = old.salon_id and j.occurred_at = old.occurred_at and j.id = old.id
    and z.salon_id = old.salon_id
    and (j.occurred_at < z.audit_since or not schnittwerk_core.is_audited(j.table_name))
    and (j.occurred_at < v_events_since or not exists (
      select from schnittwerk_core.published_kind k
      where k.table_name = j.table_name and k.kind = j.kind
    ))
    and schnittwerk_core.journal_may_go(j)
    and not exists (
      select from schnittwerk_core.event_delivery d
      where d.salon_id = j.salon_id and d.event_id = j.id and d.occurred_at = j.occurred_at
    );
end
$$;

comment on function schnittwerk_core.let_go(uuid, timestamptz, timestamptz) is
  'Deletes journal entries of [p_from, p_until) that nothing needs: neither the audit trail nor the events show them any more, and they are neither the history of an existing appointment nor still to be delivered. Deletes ended deliveries with them. No other function deletes entries.';

revoke execute on function schnittwerk_core.let_go from public;
-- end include

-- include: sql/delivery/few_until.sql
create function schnittwerk_core.few_until(
  p_view text, p_salon_id uuid, p_before timestamptz
)
returns timestamptz
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_until timestamptz;
begin
  -- At least the entries of one instant, however many these are.
  execute format(
    'select greatest(('
    '  select e.occurred_at from schnittwerk_core.%1$I e'
    '  where e.salon_id = $1 and e.occurred_at < $2'
    '  order by e.occurred_at offset 10000 limit 1'
    '), min(e.occurred_at) + interval ''1 microsecond'')'
    ' from schnittwerk_core.%1$I e where e.salon_id = $1 and e.occurred_at < $2'
    ' having count(*) > 10000', p_view)
  into v_until
  using p_salon_id, p_before;
  return coalesce(v_until, p_before);
end
$$;

comment on function schnittwerk_core.few_until(text, uuid, timestamptz) is
  'The instant, at most p_before, before which about 10000 entries of audit or events were written: as many as one call releases.';

revoke execute on function schnittwerk_core.few_until from public;
-- end include

-- include: sql/delivery/delete_events.sql
create function schnittwerk_core.delete_events(
  p_salon_id uuid, p_older_than_days int, p_is_dry_run boolean
)
returns int
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
  v_before timestamptz :=
    schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  v_since timestamptz;
  v_events int;
begin
  -- Events that a consumer has yet to read stay, and all later ones.
  select least(v_before, min(e.occurred_at)) into v_before
  from schnittwerk_core.events e
  join schnittwerk_core.event_consumer c on c.salon_id = e.salon_id
  where e.salon_id = p_salon_id and e.occurred_at < v_before
    and not schnittwerk_core.is_passed(c, e.transaction_id, e.number);
  if not p_is_dry_run then
    v_before := schnittwerk_core.few_until('events', p_salon_id, v_before);
  end if;
  select count(*) into v_events
  from schnittwerk_core.events e
  where e.salon_id = p_salon_id and e.occurred_at < v_before;
  if not p_is_dry_run then
    select coalesce(z.events_since, '-infinity') into v_since
    from schnittwerk_core.salon_state z
    where z.salon_id = p_salon_id;
    update schnittwerk_core.salon_state z
    set events_since = greatest(z.events_since, v_before)
    where z.salon_id = p_salon_id;
    perform schnittwerk_core.let_go(p_salon_id, v_since, v_before);
  end if;
  return v_events;
end
$$;

comment on function schnittwerk_core.delete_events(uuid, int, boolean) is
  'Releases a salon''s events that are older than the given days and than all that a consumer has yet to read, about 10000 at most, and returns how many. Deletes their journal entries unless something else needs them. p_is_dry_run: only counts, without a limit.';

revoke execute on function schnittwerk_core.delete_events from public;
-- end include

commit;
