-- Deploy schnittwerk:events to pg

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/events/events.sql
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

-- include: sql/events/event_json.sql
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

-- include: sql/events/emit_event.sql
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

-- include: sql/events/emit_appointment_events.sql
create function schnittwerk_core.emit_appointment_events()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointment constant schnittwerk_core.appointments :=
    case when tg_op = 'DELETE' then old else new end;
  -- free text may name people
  v_data jsonb := schnittwerk_core.appointment_json(v_appointment)
    - '{notes,cancellation_reason}'::text[];
  v_changes text[] := array[]::text[];
  v_change text;
begin
  if tg_op = 'UPDATE' then
    if new.status <> old.status and new.status <> 'pending' then
      v_changes := v_changes || new.status;
    end if;
    if (new.staff_id, new.starts_at, new.ends_at) <> (old.staff_id, old.starts_at, old.ends_at)
    then
      -- whoever is told both learns the time first
      v_changes := array_prepend('rescheduled', v_changes);
      v_data := v_data || jsonb_build_object(
        'previous_staff_id', old.staff_id,
        'previous_starts_at', schnittwerk_core.utc_text(old.starts_at),
        'previous_ends_at', schnittwerk_core.utc_text(old.ends_at)
      );
    end if;
    if cardinality(v_changes) = 0 then
      v_changes := array['changed'];
    end if;
  else
    v_changes := array[case tg_op when 'INSERT' then 'created' else 'deleted' end];
  end if;
  foreach v_change in array v_changes loop
    perform schnittwerk_core.emit_event(
      v_appointment.salon_id, 'appointment.' || v_change, v_appointment.id, v_data);
  end loop;
  return null;
end
$$;

comment on function schnittwerk_core.emit_appointment_events() is
  'Tells of an appointment: created, confirmed, rescheduled, cancelled, completed, no_show, changed or deleted.';

revoke execute on function schnittwerk_core.emit_appointment_events from public;

create trigger appointments_emit_events
after insert or update or delete on schnittwerk_core.appointments
for each row execute function schnittwerk_core.emit_appointment_events();
-- end include

-- include: sql/events/emit_waitlist_events.sql
create function schnittwerk_core.emit_waitlist_events()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entry constant schnittwerk_core.waitlist := case when tg_op = 'DELETE' then old else new end;
begin
  perform schnittwerk_core.emit_event(
    v_entry.salon_id,
    'waitlist_entry.' || case
      when tg_op = 'INSERT' then 'joined'
      when tg_op = 'DELETE' then 'deleted'
      when new.status = old.status then 'updated'
      when new.status = 'cancelled' then 'left'
      when new.status in ('booked', 'expired') then new.status
      else 'updated'
    end,
    v_entry.id,
    -- free text may name people
    to_jsonb(v_entry) - 'notes' || jsonb_build_object(
      'created_at', schnittwerk_core.utc_text(v_entry.created_at),
      'updated_at', schnittwerk_core.utc_text(v_entry.updated_at)
    )
  );
  return null;
end
$$;

comment on function schnittwerk_core.emit_waitlist_events() is
  'Tells of a waitlist entry: joined, updated (by an offer too), left, booked, expired or deleted.';

revoke execute on function schnittwerk_core.emit_waitlist_events from public;

create trigger waitlist_emit_events
after insert or update or delete on schnittwerk_core.waitlist
for each row execute function schnittwerk_core.emit_waitlist_events();
-- end include

-- include: sql/events/emit_waitlist_offer_events.sql
create function schnittwerk_core.emit_waitlist_offer_events()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer constant schnittwerk_core.waitlist_offer :=
    case when tg_op = 'DELETE' then old else new end;
begin
  perform schnittwerk_core.emit_event(
    v_offer.salon_id,
    'waitlist_offer.' || case
      when tg_op = 'INSERT' then 'made'
      when tg_op = 'DELETE' then 'deleted'
      when new.status <> old.status and new.status <> 'open' then new.status
      else 'updated'
    end,
    v_offer.id,
    schnittwerk_core.offer_json(v_offer)
  );
  return null;
end
$$;

comment on function schnittwerk_core.emit_waitlist_offer_events() is
  'Tells of a waitlist offer: made, accepted, declined, expired, withdrawn, updated or deleted.';

revoke execute on function schnittwerk_core.emit_waitlist_offer_events from public;

create trigger waitlist_offer_emit_events
after insert or update or delete on schnittwerk_core.waitlist_offer
for each row execute function schnittwerk_core.emit_waitlist_offer_events();
-- end include

-- include: sql/events/emit_holiday_events.sql
create function schnittwerk_core.emit_holiday_events()
returns trigger
language plpgsql
volatile
-- at the end of a transaction the role is the client's again
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_holiday constant schnittwerk_core.holidays :=
    case when tg_op = 'DELETE' then old else new end;
begin
  perform schnittwerk_core.emit_event(
    v_holiday.salon_id,
    'holiday.' || case tg_op
      when 'INSERT' then 'created' when 'UPDATE' then 'updated' else 'deleted' end,
    v_holiday.id,
    -- free text may name people
    schnittwerk_core.holiday_json(v_holiday) - 'description'
  );
  return null;
end
$$;

comment on function schnittwerk_core.emit_holiday_events() is
  'Tells of a holiday: created, updated or deleted.';

revoke execute on function schnittwerk_core.emit_holiday_events from public;

-- Deferred, since the staff that a holiday is for are written after it.
create constraint trigger holidays_emit_events
after insert or update or delete on schnittwerk_core.holidays
deferrable initially deferred
for each row execute function schnittwerk_core.emit_holiday_events();
-- end include

-- include: sql/events/emit_holiday_events_now.sql
create function schnittwerk_core.emit_holiday_events_now()
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  set constraints schnittwerk_core.holidays_emit_events immediate;
  set constraints schnittwerk_core.holidays_emit_events deferred;
end
$$;

comment on function schnittwerk_core.emit_holiday_events_now() is
  'Emits the events of holidays that were written so far, with the correlation id of the call, once the staff that they are for are written too.';

revoke execute on function schnittwerk_core.emit_holiday_events_now from public;
-- end include

-- include: sql/events/emit_policy_events.sql
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

-- include: sql/events/event_consumer.sql
create table schnittwerk_core.event_consumer (
  salon_id uuid not null,
  name text not null,
  passed pg_snapshot not null default '1:1:',
  batch pg_snapshot,
  batch_number bigint not null default 0,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint event_consumer_pkey primary key (salon_id, name),
  constraint event_consumer_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint event_consumer_name_is_1_to_100 check (name ~ '^[[:graph:]]{1,100}$')
);

alter table schnittwerk_core.event_consumer enable row level security;

comment on table schnittwerk_core.event_consumer is
  'How far each reader of a salon''s events has come. Events are read in batches: those that have committed since the last one, by number, so that none is skipped that commits late, and those of a subject come in order.';
comment on column schnittwerk_core.event_consumer.salon_id is 'The salon.';
comment on column schnittwerk_core.event_consumer.name is 'The reader.';
comment on column schnittwerk_core.event_consumer.passed is 'What had committed when the last batch that is done began.';
comment on column schnittwerk_core.event_consumer.batch is 'What had committed when the batch under way began; null = none is under way.';
comment on column schnittwerk_core.event_consumer.batch_number is 'Number of the last event acknowledged in the batch under way.';
comment on column schnittwerk_core.event_consumer.created_at is 'When it read first.';
comment on column schnittwerk_core.event_consumer.updated_at is 'When it moved last.';

create trigger event_consumer_touch_updated_at
before update on schnittwerk_core.event_consumer
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/events/settled_transactions.sql
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
  'Which transactions have ended; the one that asks, whose later events are yet to come, counts as running.';

revoke execute on function schnittwerk_core.settled_transactions from public;
-- end include

-- include: sql/events/next_events.sql
create function schnittwerk_core.next_events(p_salon_id uuid, p_consumer text, p_limit int)
returns setof schnittwerk_core.events
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_cursor schnittwerk_core.event_consumer;
  v_settled pg_snapshot;
  v_is_new_batch boolean;
begin
  insert into schnittwerk_core.event_consumer (salon_id, name)
  values (p_salon_id, p_consumer)
  on conflict (salon_id, name) do nothing;
  select c.* into v_cursor
  from schnittwerk_core.event_consumer c
  where c.salon_id = p_salon_id and c.name = p_consumer
  for update;

  loop
    v_settled := schnittwerk_core.settled_transactions();
    if pg_snapshot_xmax(coalesce(v_cursor.batch, v_cursor.passed)) > pg_snapshot_xmax(v_settled)
    then
      -- restored into another cluster: its transactions do not compare with those passed before
      update schnittwerk_core.events e
      set transaction_id = pg_current_xact_id()
      where e.salon_id = p_salon_id and e.transaction_id > pg_snapshot_xmax(v_settled);
      v_cursor.passed := '1:1:';
      v_cursor.batch := null;
    end if;
    v_is_new_batch := v_cursor.batch is null;
    if v_is_new_batch then
      v_cursor.batch := v_settled;
      v_cursor.batch_number := 0;
      update schnittwerk_core.event_consumer c
      set passed = v_cursor.passed, batch = v_cursor.batch, batch_number = v_cursor.batch_number
      where c.salon_id = p_salon_id and c.name = p_consumer;
    end if;
    return query
    select e.*
    from schnittwerk_core.events e
    where e.salon_id = p_salon_id
      and e.transaction_id >= pg_snapshot_xmin(v_cursor.passed)
      and e.transaction_id < pg_snapshot_xmax(v_cursor.batch)
      and not pg_visible_in_snapshot(e.transaction_id, v_cursor.passed)
      and pg_visible_in_snapshot(e.transaction_id, v_cursor.batch)
      and e.number > v_cursor.batch_number
    order by e.number
    limit p_limit;
    exit when found or v_is_new_batch;
    v_cursor.passed := v_cursor.batch;
    v_cursor.batch := null;
  end loop;
end
$$;

comment on function schnittwerk_core.next_events(uuid, text, int) is
  'The events that a consumer has not acknowledged yet, at most p_limit; they stay the same until they are. Locks the consumer''s cursor.';

revoke execute on function schnittwerk_core.next_events from public;
-- end include

-- include: sql/events/pass_event.sql
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
    and not pg_visible_in_snapshot(e.transaction_id, c.passed)
    and pg_visible_in_snapshot(e.transaction_id, c.batch)
    and e.number > c.batch_number;
  return found;
end
$$;

comment on function schnittwerk_core.pass_event(uuid, text, uuid) is
  'Moves a consumer''s cursor past an event of the batch that it reads, and those before it; false where it is past it already.';

revoke execute on function schnittwerk_core.pass_event from public;
-- end include

-- include: sql/events/read_events.sql
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

create function schnittwerk_core.read_events(p_consumer text, p_limit int, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_events jsonb;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(
    schnittwerk_core.consumer_fault(p_consumer),
    schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
  );
  perform schnittwerk_core.begin_write(v_caller);
  select coalesce(jsonb_agg(schnittwerk_core.event_json(e) order by e.number), '[]') into v_events
  from schnittwerk_core.next_events(v_caller.salon_id, p_consumer, p_limit) e;
  return schnittwerk_core.success('events', v_events);
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.read_events(text, int, uuid) is
  'Engine of schnittwerk.read_events.';

revoke execute on function schnittwerk_core.read_events from public;
grant execute on function schnittwerk_core.read_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/acknowledge_events.sql
create function schnittwerk_core.acknowledge_events(
  p_consumer text, p_event_id uuid, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(
    schnittwerk_core.consumer_fault(p_consumer),
    schnittwerk_core.required_fault('p_event_id', p_event_id is null)
  );
  perform schnittwerk_core.begin_write(v_caller);
  if not exists (
    select from schnittwerk_core.event_consumer c
    where c.salon_id = v_caller.salon_id and c.name = p_consumer
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such consumer');
  elsif not exists (
    select from schnittwerk_core.events e
    where e.salon_id = v_caller.salon_id and e.id = p_event_id
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such event');
  end if;
  return schnittwerk_core.success('is_acknowledged', to_jsonb(
    schnittwerk_core.pass_event(v_caller.salon_id, p_consumer, p_event_id)));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.acknowledge_events(text, uuid, uuid) is
  'Engine of schnittwerk.acknowledge_events.';

revoke execute on function schnittwerk_core.acknowledge_events from public;
grant execute on function schnittwerk_core.acknowledge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/forget_consumer.sql
create function schnittwerk_core.forget_consumer(p_consumer text, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(schnittwerk_core.consumer_fault(p_consumer));
  perform schnittwerk_core.begin_write(v_caller);
  delete from schnittwerk_core.event_consumer c
  where c.salon_id = v_caller.salon_id and c.name = p_consumer;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such consumer');
  end if;
  return schnittwerk_core.success('consumer', to_jsonb(p_consumer));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.forget_consumer(text, uuid) is
  'Engine of schnittwerk.forget_consumer.';

revoke execute on function schnittwerk_core.forget_consumer from public;
grant execute on function schnittwerk_core.forget_consumer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/contact_preference.sql
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
  'In which language a customer is written to; without a row in the relay''s own.';
comment on column schnittwerk_core.contact_preference.salon_id is 'The salon.';
comment on column schnittwerk_core.contact_preference.customer_id is 'The customer.';
comment on column schnittwerk_core.contact_preference.language is 'ISO 639-1 code, such as de or en.';
comment on column schnittwerk_core.contact_preference.updated_at is 'When it was set last.';

create trigger contact_preference_touch_updated_at
before update on schnittwerk_core.contact_preference
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/events/contact_consent.sql
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
  'How a customer has agreed to be written to, and how not; without a row nothing is sent.';
comment on column schnittwerk_core.contact_consent.salon_id is 'The salon.';
comment on column schnittwerk_core.contact_consent.customer_id is 'The customer.';
comment on column schnittwerk_core.contact_consent.channel is 'email, sms or chat.';
comment on column schnittwerk_core.contact_consent.is_given is 'Whether they have agreed.';
comment on column schnittwerk_core.contact_consent.updated_at is 'Since when.';

create trigger contact_consent_touch_updated_at
before update on schnittwerk_core.contact_consent
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/events/contact_preferences_json.sql
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
  'A customer''s language (null = none chosen) and by channel whether they have agreed to messages.';

revoke execute on function schnittwerk_core.contact_preferences_json from public;
-- end include

-- include: sql/events/contact_of.sql
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
  'The customer whose contact preferences are meant, null = the caller; raises not_found, also for what the caller may not know of.';

revoke execute on function schnittwerk_core.contact_of from public;
-- end include

-- include: sql/events/get_contact_preferences.sql
create function schnittwerk_core.get_contact_preferences(p_customer_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_id constant uuid := schnittwerk_core.contact_of(v_caller, p_customer_id);
begin
  perform schnittwerk_core.log_personal_read(v_caller, 'get_contact_preferences', 1, v_id);
  return schnittwerk_core.contact_preferences_json(v_caller.salon_id, v_id);
end
$$;

comment on function schnittwerk_core.get_contact_preferences(uuid, uuid) is
  'Engine of schnittwerk.get_contact_preferences.';

revoke execute on function schnittwerk_core.get_contact_preferences from public;
grant execute on function schnittwerk_core.get_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/set_contact_preferences.sql
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

create function schnittwerk_core.set_contact_preferences(
  p_customer_id uuid, p_language text, p_consents jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_customer_id uuid;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin,receptionist,staff,customer}');
  perform schnittwerk_core.require_valid(
    variadic schnittwerk_core.contact_preferences_faults(p_language, p_consents));
  perform schnittwerk_core.begin_write(v_caller);
  v_customer_id := schnittwerk_core.contact_of(v_caller, p_customer_id);
  if not schnittwerk_core.hold_customer(v_caller.salon_id, v_customer_id) then
    -- erased at this moment
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  end if;

  if p_language is not null then
    insert into schnittwerk_core.contact_preference (salon_id, customer_id, language)
    values (v_caller.salon_id, v_customer_id, p_language)
    on conflict (salon_id, customer_id) do update set language = excluded.language;
  end if;
  insert into schnittwerk_core.contact_consent as s (salon_id, customer_id, channel, is_given)
  select v_caller.salon_id, v_customer_id, c.key, c.value::boolean
  from jsonb_each(p_consents) c
  -- in one order, so that two at once do not wait for each other
  order by c.key
  on conflict (salon_id, customer_id, channel) do update set is_given = excluded.is_given
  -- since when stays what it was
  where s.is_given <> excluded.is_given;
  return schnittwerk_core.success(
    'contact_preferences',
    schnittwerk_core.contact_preferences_json(v_caller.salon_id, v_customer_id));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.set_contact_preferences(uuid, text, jsonb, uuid) is
  'Engine of schnittwerk.set_contact_preferences.';

revoke execute on function schnittwerk_core.set_contact_preferences from public;
grant execute on function schnittwerk_core.set_contact_preferences
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/event_delivery.sql
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
  constraint event_delivery_event_is_of_the_salon
    foreign key (salon_id, event_id, occurred_at)
    references schnittwerk_core.events (salon_id, id, occurred_at)
    on delete cascade on update cascade,
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
  'What a relay has to send: an event to a target. A relay holds the row''s lock while it sends.';
comment on column schnittwerk_core.event_delivery.salon_id is 'The salon.';
comment on column schnittwerk_core.event_delivery.id is 'Identifies the delivery within the salon.';
comment on column schnittwerk_core.event_delivery.event_id is 'Which event.';
comment on column schnittwerk_core.event_delivery.occurred_at is 'When the event happened.';
comment on column schnittwerk_core.event_delivery.event_number is 'The event''s number: those of a subject go to a target in this order.';
comment on column schnittwerk_core.event_delivery.subject_id is 'The event''s subject.';
comment on column schnittwerk_core.event_delivery.target is 'The target''s name in the relay''s configuration.';
comment on column schnittwerk_core.event_delivery.channel is 'email, sms or chat, to a customer who has agreed; or webhook.';
comment on column schnittwerk_core.event_delivery.status is
  'pending, delivered, parked (given up until it is retried by hand) or skipped.';
comment on column schnittwerk_core.event_delivery.reason is 'Why it was skipped: no_consent, no_address or outdated.';
comment on column schnittwerk_core.event_delivery.attempts is 'How often it has failed.';
comment on column schnittwerk_core.event_delivery.next_attempt_at is 'When it is due.';
comment on column schnittwerk_core.event_delivery.last_error is 'How it failed last, in the words of who was to deliver it.';
comment on column schnittwerk_core.event_delivery.created_at is 'When the relay took note of the event.';
comment on column schnittwerk_core.event_delivery.updated_at is 'When it changed last.';

select schnittwerk_core.make_partition('event_delivery');

create trigger event_delivery_touch_updated_at
before update on schnittwerk_core.event_delivery
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/events/appointment_reminder.sql
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
  'Which appointments a reminder was due for, so that each is reminded of a start once.';
comment on column schnittwerk_core.appointment_reminder.salon_id is 'The salon.';
comment on column schnittwerk_core.appointment_reminder.appointment_id is 'The appointment.';
comment on column schnittwerk_core.appointment_reminder.starts_at is 'Its start.';
comment on column schnittwerk_core.appointment_reminder.created_at is 'When the reminder became due.';
-- end include

-- include: sql/events/emit_reminders.sql
create function schnittwerk_core.emit_reminders(p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_now constant timestamptz := schnittwerk_core.clock();
  v_ahead interval;
  v_reminders int;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.begin_write(v_caller);
  v_ahead := make_interval(secs => 3600 * (
    schnittwerk_core.effective_policies(v_caller.salon_id) ->> 'reminder_hours')::float8);

  with due as (
    insert into schnittwerk_core.appointment_reminder (salon_id, appointment_id, starts_at)
    select a.salon_id, a.id, a.starts_at
    from schnittwerk_core.appointments a
    where a.salon_id = v_caller.salon_id and a.status in ('pending', 'confirmed')
      and a.starts_at > v_now and a.starts_at <= v_now + v_ahead
      -- who was told of this start later than a reminder would have come needs none
      and greatest(a.created_at, (
        select max(h.created_at)
        from schnittwerk_core.appointment_history h
        where h.salon_id = a.salon_id and h.appointment_id = a.id
          and h.from_starts_at <> h.to_starts_at
      )) <= a.starts_at - v_ahead
    on conflict on constraint appointment_reminder_pkey do nothing
    returning appointment_id
  )
  select count(schnittwerk_core.emit_event(
    a.salon_id, 'appointment.reminder_due', a.id,
    schnittwerk_core.appointment_json(a) - '{notes,cancellation_reason}'::text[]
  ))
  into v_reminders
  from due d
  join schnittwerk_core.appointments a
    on a.salon_id = v_caller.salon_id and a.id = d.appointment_id;
  return schnittwerk_core.success('reminders', to_jsonb(v_reminders));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.emit_reminders(uuid) is
  'Engine of schnittwerk.emit_reminders.';

revoke execute on function schnittwerk_core.emit_reminders from public;
grant execute on function schnittwerk_core.emit_reminders
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/message_template.sql
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
  'The message that tells the customer of an event; null for events that customers are not told of.';

revoke execute on function schnittwerk_core.message_template from public;
-- end include

-- include: sql/events/quiet_until.sql
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
  'When the salon''s quiet hours end that an instant lies in; null where it lies in none.';

revoke execute on function schnittwerk_core.quiet_until from public;
-- end include

-- include: sql/events/dispatch_events.sql
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

create function schnittwerk_core.dispatch_events(
  p_consumer text, p_targets jsonb, p_limit int, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_events schnittwerk_core.events[];
  v_deliveries int;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(variadic array[
    schnittwerk_core.consumer_fault(p_consumer),
    schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
  ] || schnittwerk_core.target_faults(p_targets));
  perform schnittwerk_core.begin_write(v_caller);

  -- A pause is an hour at most and quiet hours a day: what is due later than that was put off before
  -- the server's clock was set back, and with it whatever its subject has to tell after it.
  update schnittwerk_core.event_delivery d
  set next_attempt_at = schnittwerk_core.clock()
  from jsonb_to_recordset(p_targets) t (name text)
  where d.salon_id = v_caller.salon_id and d.target = t.name and d.status = 'pending'
    and d.next_attempt_at > schnittwerk_core.clock() + interval '25 hours';
  select coalesce(array_agg(e order by e.number), '{}') into v_events
  from schnittwerk_core.next_events(v_caller.salon_id, p_consumer, p_limit) e;
  insert into schnittwerk_core.event_delivery (
    salon_id, event_id, occurred_at, event_number, subject_id, target, channel
  )
  select e.salon_id, e.id, e.occurred_at, e.number, e.subject_id, t.name, t.channel
  from unnest(v_events) e
  cross join jsonb_to_recordset(p_targets) t (name text, channel text, events jsonb)
  where (t.channel = 'webhook' or schnittwerk_core.message_template(e.type) is not null)
    and (coalesce(t.events, 'null') = 'null' or exists (
      select from jsonb_array_elements_text(t.events) p (pattern)
      where e.type like replace(regexp_replace(p.pattern, '([\\%_])', '\\\1', 'g'), '*', '%')
    ))
  on conflict on constraint event_delivery_is_made_once_for_a_target do nothing;
  get diagnostics v_deliveries = row_count;
  if v_events <> '{}' then
    perform schnittwerk_core.pass_event(
      v_caller.salon_id, p_consumer, v_events[cardinality(v_events)].id);
  end if;
  return schnittwerk_core.success('dispatched', jsonb_build_object(
    'events', cardinality(v_events), 'deliveries', v_deliveries));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.dispatch_events(text, jsonb, int, uuid) is
  'Engine of schnittwerk.dispatch_events.';

revoke execute on function schnittwerk_core.dispatch_events from public;
grant execute on function schnittwerk_core.dispatch_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/customer_message.sql
create function schnittwerk_core.customer_message(
  p_event schnittwerk_core.events,
  p_channel text,
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
  v_starts_at constant timestamptz := ((p_event).data ->> 'starts_at')::timestamptz;
  v_appointment schnittwerk_core.appointments;
  v_offer schnittwerk_core.waitlist_offer;
  v_entry schnittwerk_core.waitlist;
  v_customer schnittwerk_core.customers;
  v_is_current boolean;
begin
  if p_channel = 'webhook' then
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
    v_is_current := v_appointment.id is not null and v_starts_at > v_now and (
      (p_event).type <> 'appointment.reminder_due'
      or v_appointment.status in ('pending', 'confirmed') and v_appointment.starts_at = v_starts_at
    );
  end if;
  select c.* into v_customer
  from schnittwerk_core.customers c
  where c.salon_id = (p_event).salon_id
    and c.id = coalesce(v_entry.customer_id, ((p_event).data ->> 'customer_id')::uuid);

  skip_reason := case
    when not coalesce(v_is_current, false) then 'outdated'
    when not exists (
      select from schnittwerk_core.contact_consent s
      where s.salon_id = (p_event).salon_id and s.customer_id = v_customer.id
        and s.channel = p_channel and s.is_given
    ) then 'no_consent'
    when coalesce(btrim(
      case p_channel when 'email' then v_customer.email when 'sms' then v_customer.phone
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
    -- by the database's rules, so that no relay needs to know the zone
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
    )
  ) into message
  from schnittwerk_core.salon s
  where s.id = (p_event).salon_id;
end
$$;

comment on function schnittwerk_core.customer_message(schnittwerk_core.events, text) is
  'What a message to the customer needs beside the event; or why none is to be sent: outdated, no_consent or no_address. Webhooks need nothing.';

revoke execute on function schnittwerk_core.customer_message from public;
-- end include

-- include: sql/events/delivery_json.sql
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

-- include: sql/events/next_delivery.sql
create function schnittwerk_core.next_delivery(
  p_salon_id uuid, p_targets text[], p_now timestamptz
)
returns schnittwerk_core.event_delivery
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
-- Whatever the server knows of the table, which is much of the time that it has not been looked at
-- since it grew: a target's pending deliveries in their order, until the first that can be had.
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
  -- Target by target, so that what piles up for those who are not asked for is not read.
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
    -- another relay keeps the lock of what it is sending
    for update skip locked;
    exit when found;
  end loop;
  return v_delivery;
end
$$;

comment on function schnittwerk_core.next_delivery(uuid, text[], timestamptz) is
  'Locks what is due for one of the targets, the one that has waited longest first, and first among those of a subject; null where nothing is.';

revoke execute on function schnittwerk_core.next_delivery from public;
-- end include

-- include: sql/events/claim_delivery.sql
create function schnittwerk_core.claim_delivery(p_targets text[], p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_now constant timestamptz := schnittwerk_core.clock();
  v_delivery schnittwerk_core.event_delivery;
  v_event schnittwerk_core.events;
  v_quiet_until timestamptz;
  v_message jsonb;
  v_skip_reason text;
  v_fault text;
  v_answer jsonb;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(variadic array[
    schnittwerk_core.required_fault('p_targets', p_targets is null),
    schnittwerk_core.array_fault('p_targets', p_targets, 1000)
  ] || array(
    select schnittwerk_core.line_fault(format('p_targets[%s]', t.n - 1), t.name, 100)
    from unnest(p_targets[:1000]) with ordinality t (name, n)
  ));
  perform schnittwerk_core.begin_write(v_caller);

  loop
    v_delivery := schnittwerk_core.next_delivery(v_caller.salon_id, p_targets, v_now);
    exit when v_delivery.id is null;
    select e.* into v_event
    from schnittwerk_core.events e
    where e.salon_id = v_caller.salon_id and e.id = v_delivery.event_id
      and e.occurred_at = v_delivery.occurred_at;
    v_message := null;
    v_skip_reason := null;
    v_quiet_until := null;
    begin
      if v_delivery.channel <> 'webhook' then
        select m.message, m.skip_reason into v_message, v_skip_reason
        from schnittwerk_core.customer_message(v_event, v_delivery.channel) m;
        select schnittwerk_core.quiet_until(s, v_now) into v_quiet_until
        from schnittwerk_core.salon s
        where s.id = v_caller.salon_id;
      end if;
    exception when data_exception then
      -- The relay parks this one, so that it does not stop those after it. The error's own text
      -- may quote what somebody wrote.
      v_fault := format('the message cannot be composed: SQLSTATE %s', sqlstate);
    end;
    if v_fault is not null or v_skip_reason is null and v_quiet_until is null then
      v_answer := schnittwerk_core.delivery_json(v_delivery) || jsonb_build_object(
        'event', schnittwerk_core.event_json(v_event),
        'message', case when v_fault is null then v_message end,
        'fault', v_fault);
      exit;
    end if;
    update schnittwerk_core.event_delivery d
    set
      status = case when v_skip_reason is null then 'pending' else 'skipped' end,
      reason = v_skip_reason,
      next_attempt_at = coalesce(v_quiet_until, d.next_attempt_at)
    where d.salon_id = v_delivery.salon_id and d.id = v_delivery.id;
  end loop;
  if v_answer -> 'message' <> 'null' then
    perform schnittwerk_core.log_personal_read(
      v_caller, 'claim_delivery', 1, (v_answer #>> '{message,customer,id}')::uuid);
  end if;
  return schnittwerk_core.success('delivery', v_answer);
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.claim_delivery(text[], uuid) is
  'Engine of schnittwerk.claim_delivery.';

revoke execute on function schnittwerk_core.claim_delivery from public;
grant execute on function schnittwerk_core.claim_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/end_delivery.sql
create function schnittwerk_core.end_delivery(
  p_delivery_id uuid, p_outcome text, p_detail text, p_max_attempts int, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_has_failed constant boolean := coalesce(p_outcome in ('failed', 'refused'), false);
  v_delivery schnittwerk_core.event_delivery;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_delivery_id', p_delivery_id is null),
    schnittwerk_core.fault(
      'p_outcome',
      not coalesce(p_outcome in ('delivered', 'failed', 'refused', 'skipped'), false),
      'unknown_outcome', 'p_outcome must be delivered, failed, refused or skipped'),
    schnittwerk_core.text_fault(
      'p_detail', p_detail, 500, v_has_failed or coalesce(p_outcome = 'skipped', false)),
    schnittwerk_core.number_fault('p_max_attempts', p_max_attempts, 1, 1000)
  );
  perform schnittwerk_core.begin_write(v_caller);
  update schnittwerk_core.event_delivery as d
  set
    status = case
      when p_outcome = 'refused' then 'parked'
      when p_outcome <> 'failed' then p_outcome
      when d.attempts + 1 >= p_max_attempts then 'parked'
      else 'pending'
    end,
    reason = case when p_outcome = 'skipped' then p_detail end,
    attempts = d.attempts + v_has_failed::int,
    last_error = case when v_has_failed then p_detail end,
    -- 15 to 30 seconds, doubled with every attempt, at most half an hour to an hour: random, so
    -- that what failed together does not come back together
    next_attempt_at = case when p_outcome = 'failed'
      then schnittwerk_core.clock() + make_interval(
        secs => least(3600, 30 * 2 ^ least(d.attempts, 20)) * (0.5 + random() / 2))
      else d.next_attempt_at end
  where d.salon_id = v_caller.salon_id and d.id = p_delivery_id and d.status = 'pending'
  returning d.* into v_delivery;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such pending delivery');
  end if;
  return schnittwerk_core.success('delivery', schnittwerk_core.delivery_json(v_delivery));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.end_delivery(uuid, text, text, int, uuid) is
  'Engine of schnittwerk.end_delivery.';

revoke execute on function schnittwerk_core.end_delivery from public;
grant execute on function schnittwerk_core.end_delivery
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/retry_deliveries.sql
create function schnittwerk_core.retry_deliveries(p_delivery_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_retried int;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.begin_write(v_caller);
  update schnittwerk_core.event_delivery d
  set status = 'pending', attempts = 0, next_attempt_at = schnittwerk_core.clock()
  where d.salon_id = v_caller.salon_id and d.status = 'parked'
    and (p_delivery_id is null or d.id = p_delivery_id);
  get diagnostics v_retried = row_count;
  if p_delivery_id is not null and v_retried = 0 then
    perform schnittwerk_core.refuse('not_found', 'There is no such parked delivery');
  end if;
  return schnittwerk_core.success('retried', to_jsonb(v_retried));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.retry_deliveries(uuid, uuid) is
  'Engine of schnittwerk.retry_deliveries.';

revoke execute on function schnittwerk_core.retry_deliveries from public;
grant execute on function schnittwerk_core.retry_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/list_deliveries.sql
create function schnittwerk_core.list_deliveries(p_status text, p_limit int, p_salon_id uuid)
returns table (
  id uuid,
  event_id uuid,
  event_type text,
  subject_id uuid,
  target text,
  channel text,
  status text,
  reason text,
  attempts int,
  next_attempt_at timestamptz,
  last_error text,
  created_at timestamptz
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
-- each status by its index, newest first, however many there are
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
set enable_hashjoin = off
set enable_mergejoin = off
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{}');
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.fault(
      'p_status',
      coalesce(not p_status in ('pending', 'delivered', 'parked', 'skipped'), false),
      'unknown_status', 'p_status must be pending, delivered, parked or skipped'),
    schnittwerk_core.number_fault('p_limit', p_limit, 1, 10000)
  );
  return query
  select
    d.id, d.event_id, e.type, d.subject_id, d.target, d.channel, d.status, d.reason, d.attempts,
    d.next_attempt_at, d.last_error, d.created_at
  from (
    select l.*
    from unnest(case when p_status is null
      then '{pending,delivered,parked,skipped}'::text[] else array[p_status] end) s (status)
    cross join lateral (
      select o.*
      from schnittwerk_core.event_delivery o
      where o.salon_id = v_caller.salon_id and o.status = s.status
      order by o.created_at desc, o.event_number desc, o.target
      limit p_limit
    ) l
    order by l.created_at desc, l.event_number desc, l.target
    limit p_limit
  ) d
  join schnittwerk_core.events e
    on e.salon_id = d.salon_id and e.id = d.event_id and e.occurred_at = d.occurred_at
  order by d.created_at desc, d.event_number desc, d.target;
  get diagnostics v_count = row_count;
  -- what a mail server said may quote an address
  perform schnittwerk_core.log_personal_read(v_caller, 'list_deliveries', v_count);
end
$$;

comment on function schnittwerk_core.list_deliveries(text, int, uuid) is
  'Engine of schnittwerk.list_deliveries.';

revoke execute on function schnittwerk_core.list_deliveries from public;
grant execute on function schnittwerk_core.list_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/count_deliveries.sql
create function schnittwerk_core.count_deliveries(p_salon_id uuid)
returns table (target text, status text, deliveries bigint, oldest_at timestamptz)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{}');
begin
  return query
  select d.target, d.status, count(*), min(d.created_at)
  from schnittwerk_core.event_delivery d
  where d.salon_id = v_caller.salon_id
  group by d.target, d.status
  order by d.target, d.status;
end
$$;

comment on function schnittwerk_core.count_deliveries(uuid) is
  'Engine of schnittwerk.count_deliveries.';

revoke execute on function schnittwerk_core.count_deliveries from public;
grant execute on function schnittwerk_core.count_deliveries
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/events/purge_events.sql
create function schnittwerk_core.purge_events(
  p_older_than_days int, p_is_dry_run boolean, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
as $$
declare
  v_caller schnittwerk_core.caller;
  v_before timestamptz;
  v_events uuid[];
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{}');
  perform schnittwerk_core.require_valid(
    schnittwerk_core.number_fault('p_older_than_days', p_older_than_days, 1, 3650),
    schnittwerk_core.required_fault('p_is_dry_run', p_is_dry_run is null)
  );
  perform schnittwerk_core.begin_write(v_caller);
  v_before := schnittwerk_core.clock() - make_interval(hours => 24 * p_older_than_days);
  v_events := array(
    select e.id
    from schnittwerk_core.events e
    where e.salon_id = v_caller.salon_id and e.occurred_at < v_before
      and not exists (
        select from schnittwerk_core.event_consumer c
        where c.salon_id = e.salon_id
          and not pg_visible_in_snapshot(e.transaction_id, c.passed)
          and not (
            coalesce(pg_visible_in_snapshot(e.transaction_id, c.batch), false)
            and e.number <= c.batch_number
          )
      )
      and not exists (
        select from schnittwerk_core.event_delivery d
        where d.salon_id = e.salon_id and d.event_id = e.id and d.occurred_at = e.occurred_at
          and d.status in ('pending', 'parked')
      )
    order by e.occurred_at
    limit case when p_is_dry_run then null else 10000 end
  );
  if not p_is_dry_run then
    -- none of them is newer, which leaves out most months
    delete from schnittwerk_core.events e
    where e.salon_id = v_caller.salon_id and e.id = any (v_events) and e.occurred_at < v_before;
  end if;
  return schnittwerk_core.success(
    'purged', jsonb_build_object('events', cardinality(v_events)));
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.purge_events(int, boolean, uuid) is
  'Engine of schnittwerk.purge_events.';

revoke execute on function schnittwerk_core.purge_events from public;
grant execute on function schnittwerk_core.purge_events
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

commit;
