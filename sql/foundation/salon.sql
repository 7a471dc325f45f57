create table schnittwerk_core.salon (
  id uuid not null default schnittwerk_core.new_id(),
  name text not null,
  time_zone text not null,
  currency text not null default 'CHF',
  buffer_time_minutes int not null default 15,
  max_advance_booking_days int,
  slot_interval_minutes int not null default 15,
  preferred_from time not null default '10:00',
  preferred_until time not null default '16:00',
  quiet_from time,
  quiet_until time,
  price_rounding numeric(10, 2) not null default 0.05,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint salon_pkey primary key (id),
  constraint salon_name_is_unique unique (name),
  constraint salon_name_is_one_line check (schnittwerk_core.is_line(name)),
  constraint salon_currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint salon_buffer_time_is_0_to_1440 check (buffer_time_minutes between 0 and 1440),
  constraint salon_max_advance_booking_is_1_to_730
    check (max_advance_booking_days between 1 and 730),
  constraint salon_slot_interval_is_1_to_1440 check (slot_interval_minutes between 1 and 1440),
  constraint salon_price_rounding_is_positive check (price_rounding > 0),
  constraint salon_preferred_hours_end_after_start check (preferred_until > preferred_from),
  constraint salon_quiet_hours_begin_and_end
    check ((quiet_from is null) = (quiet_until is null)),
  constraint salon_quiet_hours_are_not_the_whole_day
    check (quiet_from <> quiet_until and (quiet_from, quiet_until) <> ('00:00', '24:00'))
);

alter table schnittwerk_core.salon enable row level security;

comment on table schnittwerk_core.salon is
  'A location: its own time zone, currency, hours and settings. Every scheduling row belongs to one.';
comment on column schnittwerk_core.salon.id is 'Identifies the salon.';
comment on column schnittwerk_core.salon.name is 'Name for customers; unique.';
comment on column schnittwerk_core.salon.time_zone is
  'IANA name, such as Europe/Zurich; hours, weekdays, holidays and dates are local to it.';
comment on column schnittwerk_core.salon.currency is 'ISO 4217 code of all its prices.';
comment on column schnittwerk_core.salon.buffer_time_minutes is
  'Minutes kept free after an appointment, unless the service says otherwise.';
comment on column schnittwerk_core.salon.max_advance_booking_days is
  'How far ahead appointments can be booked, in days; null leaves it to the policy.';
comment on column schnittwerk_core.salon.slot_interval_minutes is
  'Minutes from one slot''s start to the next.';
comment on column schnittwerk_core.salon.preferred_from is 'Slots from this local time on are preferred.';
comment on column schnittwerk_core.salon.preferred_until is 'Slots before this local time are preferred.';
comment on column schnittwerk_core.salon.quiet_from is
  'Local time from which messages to customers wait; null = never.';
comment on column schnittwerk_core.salon.quiet_until is
  'Local time until which they wait: on the next day unless it is later than quiet_from.';
comment on column schnittwerk_core.salon.price_rounding is
  'Prices that a price rule has changed, and fees, are multiples of this amount.';
comment on column schnittwerk_core.salon.created_at is 'When the salon was created.';
