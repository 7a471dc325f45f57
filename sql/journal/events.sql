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
