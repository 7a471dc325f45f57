create table schnittwerk_core.policy_definition (
  policy_key text not null,
  value_type text not null,
  default_value jsonb not null,
  minimum numeric,
  maximum numeric,
  description text not null,
  constraint policy_definition_pkey primary key (policy_key),
  constraint policy_definition_value_type_is_known
    check (value_type in ('number', 'integer', 'boolean'))
);

alter table schnittwerk_core.policy_definition enable row level security;

comment on table schnittwerk_core.policy_definition is
  'Every booking policy there is, with the type, range and default of its value.';
comment on column schnittwerk_core.policy_definition.policy_key is 'The policy''s name.';
comment on column schnittwerk_core.policy_definition.value_type is 'number, integer or boolean.';
comment on column schnittwerk_core.policy_definition.default_value is 'What holds where a salon has set nothing.';
comment on column schnittwerk_core.policy_definition.minimum is 'Least value allowed, for numbers.';
comment on column schnittwerk_core.policy_definition.maximum is 'Greatest value allowed, for numbers.';
comment on column schnittwerk_core.policy_definition.description is 'What the policy does, with its unit.';

insert into schnittwerk_core.policy_definition
  (policy_key, value_type, default_value, minimum, maximum, description)
values
  ('cancellation_deadline_hours', 'number', '24', 0, 8760,
   'Hours before appointment cancellation allowed'),
  ('reschedule_deadline_hours', 'number', '2', 0, 8760,
   'Hours before appointment reschedule allowed'),
  ('max_reschedules', 'integer', '3', 0, 1000, 'Maximum reschedules per appointment'),
  ('advance_booking_limit_days', 'integer', '90', 1, 730, 'Maximum days ahead for booking'),
  ('minimum_booking_notice_hours', 'number', '2', 0, 8760, 'Minimum hours notice for booking'),
  ('waitlist_notification_hours', 'number', '48', 0, 8760,
   'Hours before appointment to notify waitlist'),
  ('waitlist_offer_minutes', 'integer', '120', 1, 10080,
   'Minutes for which a slot offered to the waitlist is held'),
  ('max_open_bookings_per_customer', 'integer', '0', 0, 1000,
   'Maximum appointments to come and open offers a customer may have; 0 = no limit'),
  ('max_bookings_per_customer_and_day', 'integer', '0', 0, 1000,
   'Maximum appointments a customer may have on one local day; 0 = no limit'),
  ('reminder_hours', 'number', '24', 0, 8760,
   'Hours before the start at which the customer is reminded; 0 = never'),
  ('double_booking_prevention', 'boolean', 'true', null, null,
   'Enable strict validation: keep buffers free around appointments'),
  ('auto_confirm', 'boolean', 'false', null, null,
   'Confirm new bookings at once instead of leaving them pending'),
  ('require_slot_grid', 'boolean', 'false', null, null,
   'Refuse starts that are not on the slot grid'),
  ('log_operations', 'boolean', 'false', null, null,
   'Write one line of JSON to the server''s log for every write');
