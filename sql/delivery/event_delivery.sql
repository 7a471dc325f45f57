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
