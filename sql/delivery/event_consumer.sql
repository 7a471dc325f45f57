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
