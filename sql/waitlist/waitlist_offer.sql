create table schnittwerk_core.waitlist_offer (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  entry_id uuid not null,
  staff_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  price numeric(10, 2) not null,
  price_details jsonb,
  status text not null default 'open',
  expires_at timestamptz not null,
  appointment_id uuid,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint waitlist_offer_pkey primary key (salon_id, id),
  constraint waitlist_offer_entry_is_of_the_salon
    foreign key (salon_id, entry_id) references schnittwerk_core.waitlist (salon_id, id),
  constraint waitlist_offer_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id),
  constraint waitlist_offer_appointment_is_of_the_salon
    foreign key (salon_id, appointment_id)
    references schnittwerk_core.appointments (salon_id, id),
  constraint waitlist_offer_is_made_once unique (salon_id, entry_id, staff_id, starts_at),
  constraint waitlist_offer_end_is_after_start check (ends_at > starts_at),
  constraint waitlist_offer_status_is_known
    check (status in ('open', 'accepted', 'declined', 'expired', 'withdrawn')),
  constraint waitlist_offer_accepted_ones_have_an_appointment
    check ((status = 'accepted') = (appointment_id is not null))
);

create unique index waitlist_offer_is_the_only_open_one
  on schnittwerk_core.waitlist_offer (salon_id, entry_id)
  where status = 'open';
create index waitlist_offer_by_staff on schnittwerk_core.waitlist_offer (salon_id, staff_id);
create index waitlist_offer_by_appointment
  on schnittwerk_core.waitlist_offer (salon_id, appointment_id);
create index waitlist_offer_by_creation on schnittwerk_core.waitlist_offer (salon_id, created_at);

alter table schnittwerk_core.waitlist_offer enable row level security;

comment on table schnittwerk_core.waitlist_offer is
  'Every slot ever offered to a waitlist entry. may_be_offered ensures that no customer is offered the same start of a service twice. Occupancy holds the time of an open offer, with the entry''s id as the claim.';
comment on column schnittwerk_core.waitlist_offer.salon_id is 'The salon.';
comment on column schnittwerk_core.waitlist_offer.id is 'Identifies the offer within the salon.';
comment on column schnittwerk_core.waitlist_offer.entry_id is 'The entry that it was offered to.';
comment on column schnittwerk_core.waitlist_offer.staff_id is 'The member of staff.';
comment on column schnittwerk_core.waitlist_offer.starts_at is 'Start of the slot.';
comment on column schnittwerk_core.waitlist_offer.ends_at is 'Its end.';
comment on column schnittwerk_core.waitlist_offer.price is 'The price when it was offered, in the salon''s currency.';
comment on column schnittwerk_core.waitlist_offer.price_details is
  'How the price came about; see appointments.';
comment on column schnittwerk_core.waitlist_offer.status is
  'open, accepted, declined, expired or withdrawn. An open offer whose expires_at has passed counts as expired, even before process_waitlist writes it.';
comment on column schnittwerk_core.waitlist_offer.expires_at is 'When the slot stops being held.';
comment on column schnittwerk_core.waitlist_offer.appointment_id is 'The appointment that an accepted offer became.';
comment on column schnittwerk_core.waitlist_offer.created_at is 'When it was made.';
comment on column schnittwerk_core.waitlist_offer.updated_at is 'When its status last changed.';

create trigger waitlist_offer_touch_updated_at
before update on schnittwerk_core.waitlist_offer
for each row execute function schnittwerk_core.touch_updated_at();
