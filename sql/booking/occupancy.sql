-- No references: appointments and offers refer to their staff, and the triggers that write their
-- claims keep the two together in one transaction. A hold has no appointment yet.
create table schnittwerk_core.occupancy (
  salon_id uuid not null,
  claim_id uuid not null,
  resource_id uuid not null,
  during tstzrange not null,
  -- Null, and so refused, if the range is empty or unbounded.
  starts_at timestamptz not null generated always as (lower(during)) stored,
  ends_at timestamptz not null generated always as (upper(during)) stored,
  expires_at timestamptz,
  constraint occupancy_pkey primary key (salon_id, claim_id, resource_id, starts_at),
  constraint occupancy_lasts_at_most_three_days check (ends_at - starts_at <= '72:00'),
  constraint no_overlapping_appointments exclude using gist (
    salon_id with =, resource_id with =, during with &&
  )
);

-- For listing slots: an order of magnitude faster than the index of the constraint.
create index occupancy_by_end
  on schnittwerk_core.occupancy (salon_id, resource_id, ends_at) include (starts_at, expires_at, claim_id);
create index occupancy_holds
  on schnittwerk_core.occupancy (salon_id, resource_id) where expires_at is not null;

alter table schnittwerk_core.occupancy enable row level security;

comment on table schnittwerk_core.occupancy is
  'Every live claim on the time of a resource, buffers included: the only source for what is taken.';
comment on column schnittwerk_core.occupancy.salon_id is 'The salon.';
comment on column schnittwerk_core.occupancy.claim_id is 'The appointment, hold or waitlist entry (for its offer) that claims the time.';
comment on column schnittwerk_core.occupancy.resource_id is 'Whose time.';
comment on column schnittwerk_core.occupancy.during is 'The time taken, [start, end), widened by the buffers.';
comment on column schnittwerk_core.occupancy.starts_at is 'Its start, for the index.';
comment on column schnittwerk_core.occupancy.ends_at is 'Its end, for the index.';
comment on column schnittwerk_core.occupancy.expires_at is 'When a hold or an offer lapses; null for appointments.';
comment on constraint occupancy_lasts_at_most_three_days on schnittwerk_core.occupancy is
  'A day of service with a day of buffer on both sides. So a claim that overlaps a time ends near it, and scans can stop early.';
comment on constraint no_overlapping_appointments on schnittwerk_core.occupancy is
  'Makes double booking impossible, even by direct SQL.';
