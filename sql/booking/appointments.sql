create table schnittwerk_core.appointments (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  customer_id uuid not null,
  staff_id uuid not null,
  service_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  status schnittwerk_core.appointment_status not null default 'pending',
  price schnittwerk_core.price not null,
  price_details jsonb,
  promotion_id uuid,
  buffer_before_minutes schnittwerk_core.minutes_of_a_day not null,
  buffer_after_minutes schnittwerk_core.minutes_of_a_day not null,
  cancellation_deadline_hours schnittwerk_core.hours_of_a_year not null,
  reschedule_deadline_hours schnittwerk_core.hours_of_a_year not null,
  max_reschedules schnittwerk_core.small_count not null,
  late_cancellation_fee_percent schnittwerk_core.fee_percent,
  no_show_fee_percent schnittwerk_core.fee_percent,
  reschedule_count schnittwerk_core.small_count not null default 0,
  cancellable_until timestamptz,
  version int not null default 1,
  steps schnittwerk_core.step[],
  units schnittwerk_core.unit_use[],
  visit_id uuid,
  visit_item int,
  notes schnittwerk_core.note,
  cancelled_at timestamptz,
  cancellation_reason schnittwerk_core.note,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint appointments_pkey primary key (salon_id, id),
  constraint appointments_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id),
  constraint appointments_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id),
  constraint appointments_service_is_of_the_salon
    foreign key (salon_id, service_id) references schnittwerk_core.services (salon_id, id),
  -- One constraint, not two: the server parses each of them at every insert.
  constraint appointments_end_is_after_start
    check (ends_at > starts_at and isfinite(starts_at) and isfinite(ends_at))
);

create index appointments_by_staff on schnittwerk_core.appointments (salon_id, staff_id, starts_at);
create index appointments_by_customer
  on schnittwerk_core.appointments (salon_id, customer_id, starts_at);
create index appointments_by_service
  on schnittwerk_core.appointments (salon_id, service_id);
create index appointments_by_start on schnittwerk_core.appointments (salon_id, starts_at);
create index appointments_by_promotion
  on schnittwerk_core.appointments (salon_id, promotion_id) where promotion_id is not null;
create unique index appointments_are_items_of_a_visit
  on schnittwerk_core.appointments (salon_id, visit_id, visit_item) where visit_id is not null;

alter table schnittwerk_core.appointments enable row level security;

comment on table schnittwerk_core.appointments is
  'Every appointment, past and future. A trigger claims the time of the live ones in occupancy.';
comment on column schnittwerk_core.appointments.salon_id is 'The salon.';
comment on column schnittwerk_core.appointments.id is 'Identifies the appointment within the salon.';
comment on column schnittwerk_core.appointments.customer_id is 'The customer.';
comment on column schnittwerk_core.appointments.staff_id is 'The member of staff who performs it.';
comment on column schnittwerk_core.appointments.service_id is 'The service.';
comment on column schnittwerk_core.appointments.starts_at is 'Start.';
comment on column schnittwerk_core.appointments.ends_at is 'End, not part of it.';
comment on column schnittwerk_core.appointments.status is
  'pending, confirmed and completed claim their time; cancelled and no_show do not.';
comment on column schnittwerk_core.appointments.price is 'Agreed price in the salon''s currency.';
comment on column schnittwerk_core.appointments.price_details is
  'How the price came about, in the form of price_json; null = no price rule applied.';
comment on column schnittwerk_core.appointments.promotion_id is
  'The promotion that was used. No reference: the promotion may be deleted.';
comment on column schnittwerk_core.appointments.buffer_before_minutes is 'Minutes kept free before it, as agreed when booked.';
comment on column schnittwerk_core.appointments.buffer_after_minutes is 'Minutes kept free after it, as agreed when booked.';
comment on column schnittwerk_core.appointments.cancellation_deadline_hours is
  'Hours before the start until which the customer may cancel, as agreed when booked.';
comment on column schnittwerk_core.appointments.reschedule_deadline_hours is
  'Hours before the start until which the customer may move it, as agreed when booked.';
comment on column schnittwerk_core.appointments.max_reschedules is
  'How often the customer may move it, as agreed when booked.';
comment on column schnittwerk_core.appointments.late_cancellation_fee_percent is
  'Percent of the price owed if it is cancelled after the deadline, as agreed when booked; null = no fee.';
comment on column schnittwerk_core.appointments.no_show_fee_percent is
  'Percent of the price owed if its customer does not show up, as agreed when booked; null = no fee.';
comment on column schnittwerk_core.appointments.reschedule_count is 'How often its customer has moved it.';
comment on column schnittwerk_core.appointments.cancellable_until is
  'The cancellation deadline that its customer had missed when they moved it, which still holds; null = the start sets the deadline.';
comment on column schnittwerk_core.appointments.version is
  '1 for the booking, then one more with every change of status, service, time or staff.';
comment on column schnittwerk_core.appointments.steps is
  'Its steps as agreed when booked; null = one, which needs the member of staff.';
comment on column schnittwerk_core.appointments.units is
  'The rooms and the equipment that it uses, and when; null = none.';
comment on column schnittwerk_core.appointments.visit_id is
  'The visit of which it is an item; null = it was booked alone.';
comment on column schnittwerk_core.appointments.visit_item is 'Its place among the items of the visit, from 1.';
comment on column schnittwerk_core.appointments.notes is 'The customer''s wishes.';
comment on column schnittwerk_core.appointments.cancelled_at is 'When it was cancelled.';
comment on column schnittwerk_core.appointments.cancellation_reason is 'Why it was cancelled.';
comment on column schnittwerk_core.appointments.created_at is 'When it was booked.';
comment on column schnittwerk_core.appointments.updated_at is 'When it last changed.';

create trigger appointments_touch_updated_at
before update on schnittwerk_core.appointments
for each row execute function schnittwerk_core.touch_updated_at();
