create table schnittwerk_core.fee (
  salon_id uuid not null,
  appointment_id uuid not null,
  customer_id uuid not null,
  cause text not null,
  amount schnittwerk_core.price not null,
  status text not null default 'owed',
  waived_at timestamptz,
  withdrawn_at timestamptz,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint fee_pkey primary key (salon_id, appointment_id),
  constraint fee_appointment_is_of_the_salon
    foreign key (salon_id, appointment_id)
    references schnittwerk_core.appointments (salon_id, id) on delete cascade,
  constraint fee_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id),
  constraint fee_cause_is_known check (cause in ('late_cancellation', 'no_show')),
  constraint fee_amount_is_positive check (amount > 0),
  constraint fee_status_is_known check (status in ('owed', 'waived', 'withdrawn')),
  constraint fee_waived_at_is_given_when_waived
    check ((status = 'waived') = (waived_at is not null)),
  constraint fee_withdrawn_at_is_given_when_withdrawn
    check ((status = 'withdrawn') = (withdrawn_at is not null))
);

create index fee_by_customer on schnittwerk_core.fee (salon_id, customer_id);
create index fee_by_creation on schnittwerk_core.fee (salon_id, created_at);

alter table schnittwerk_core.fee enable row level security;

comment on table schnittwerk_core.fee is
  'What a customer owes for cancelling an appointment late or for not showing up. The salon collects it elsewhere.';
comment on column schnittwerk_core.fee.salon_id is 'The salon.';
comment on column schnittwerk_core.fee.appointment_id is 'The appointment; it has at most one fee.';
comment on column schnittwerk_core.fee.customer_id is 'The customer of the appointment.';
comment on column schnittwerk_core.fee.cause is 'late_cancellation or no_show.';
comment on column schnittwerk_core.fee.amount is 'Amount in the salon''s currency.';
comment on column schnittwerk_core.fee.status is
  'owed; waived by the salon team; withdrawn because the customer had shown up after all.';
comment on column schnittwerk_core.fee.waived_at is 'When it was waived.';
comment on column schnittwerk_core.fee.withdrawn_at is 'When it was withdrawn.';
comment on column schnittwerk_core.fee.created_at is 'When it was recorded.';
comment on column schnittwerk_core.fee.updated_at is 'When it last changed.';

create trigger fee_touch_updated_at
before update on schnittwerk_core.fee
for each row execute function schnittwerk_core.touch_updated_at();
