-- A separate table: an update of customers would check all constraints of the row, and fire its
-- triggers, at every booking.
create table schnittwerk_core.customer_turn (
  salon_id uuid not null,
  customer_id uuid not null,
  turns bigint not null default 1,
  constraint customer_turn_pkey primary key (salon_id, customer_id),
  constraint customer_turn_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id)
    on delete cascade
);

alter table schnittwerk_core.customer_turn enable row level security;

comment on table schnittwerk_core.customer_turn is
  'Simultaneous bookings for one customer wait for each other at this row, so that each is judged by what the others booked.';
comment on column schnittwerk_core.customer_turn.salon_id is 'The salon.';
comment on column schnittwerk_core.customer_turn.customer_id is 'The customer.';
comment on column schnittwerk_core.customer_turn.turns is
  'Raised by every booking that a rule about the customer''s other bookings binds.';
