create table schnittwerk_core.hold (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  customer_id uuid,
  service_id uuid not null,
  staff_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  price schnittwerk_core.price not null,
  price_details jsonb,
  promotion_id uuid,
  status text not null default 'open',
  expires_at timestamptz not null,
  appointment_id uuid,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint hold_pkey primary key (salon_id, id),
  constraint hold_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id),
  constraint hold_service_is_of_the_salon
    foreign key (salon_id, service_id) references schnittwerk_core.services (salon_id, id),
  constraint hold_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id),
  constraint hold_appointment_is_of_the_salon
    foreign key (salon_id, appointment_id)
    references schnittwerk_core.appointments (salon_id, id),
  constraint hold_end_is_after_start check (ends_at > starts_at),
  constraint hold_status_is_known check (status in ('open', 'used', 'released', 'lapsed')),
  constraint hold_used_ones_have_an_appointment
    check ((status = 'used') = (appointment_id is not null))
);

create index hold_open_ones_by_end
  on schnittwerk_core.hold (salon_id, expires_at) where status = 'open';
create index hold_by_promotion
  on schnittwerk_core.hold (salon_id, promotion_id) where promotion_id is not null;
create index hold_by_customer on schnittwerk_core.hold (salon_id, customer_id, expires_at);
create index hold_by_service on schnittwerk_core.hold (salon_id, service_id);
create index hold_by_staff on schnittwerk_core.hold (salon_id, staff_id);
create index hold_by_creation on schnittwerk_core.hold (salon_id, created_at);
create index hold_by_appointment on schnittwerk_core.hold (salon_id, appointment_id);

alter table schnittwerk_core.hold enable row level security;

comment on table schnittwerk_core.hold is
  'Every slot that was ever held while somebody paid or filled in a form. Occupancy holds the time of an open one, with the hold''s id as the claim.';
comment on column schnittwerk_core.hold.salon_id is 'The salon.';
comment on column schnittwerk_core.hold.id is 'Identifies the hold within the salon.';
comment on column schnittwerk_core.hold.customer_id is
  'For whom; null = for nobody yet.';
comment on column schnittwerk_core.hold.service_id is 'The service.';
comment on column schnittwerk_core.hold.staff_id is 'The member of staff.';
comment on column schnittwerk_core.hold.starts_at is 'Start of the slot.';
comment on column schnittwerk_core.hold.ends_at is 'Its end.';
comment on column schnittwerk_core.hold.price is
  'The price that a booking with the hold has, in the salon''s currency.';
comment on column schnittwerk_core.hold.price_details is 'How the price came about; see appointments.';
comment on column schnittwerk_core.hold.promotion_id is
  'The promotion of which it reserves a use.';
comment on column schnittwerk_core.hold.status is
  'open, used, released or lapsed. An open hold whose expires_at has passed counts as lapsed, even before process_waitlist writes it.';
comment on column schnittwerk_core.hold.expires_at is 'When the slot stops being held.';
comment on column schnittwerk_core.hold.appointment_id is 'The appointment that a used hold became.';
comment on column schnittwerk_core.hold.created_at is 'When it was made.';
comment on column schnittwerk_core.hold.updated_at is 'When its status last changed.';

create trigger hold_touch_updated_at
before update on schnittwerk_core.hold
for each row execute function schnittwerk_core.touch_updated_at();
