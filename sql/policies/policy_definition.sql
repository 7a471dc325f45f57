create table schnittwerk_core.policy_definition (
  policy_key text not null,
  value_type text not null,
  default_value jsonb not null,
  minimum numeric,
  maximum numeric,
  minimum_unless_zero numeric,
  description text not null,
  constraint policy_definition_pkey primary key (policy_key),
  constraint policy_definition_value_type_is_known
    check (value_type in ('number', 'integer', 'boolean'))
);

alter table schnittwerk_core.policy_definition enable row level security;

comment on table schnittwerk_core.policy_definition is
  'All booking policies, each with the type, range and default of its value.';
comment on column schnittwerk_core.policy_definition.policy_key is 'The policy''s name.';
comment on column schnittwerk_core.policy_definition.value_type is 'number, integer or boolean.';
comment on column schnittwerk_core.policy_definition.default_value is 'The value for a salon that has not set the policy.';
comment on column schnittwerk_core.policy_definition.minimum is 'Least value allowed, for numbers.';
comment on column schnittwerk_core.policy_definition.maximum is 'Greatest value allowed, for numbers.';
comment on column schnittwerk_core.policy_definition.minimum_unless_zero is
  'Least value allowed apart from 0, where 0 switches the policy off.';
comment on column schnittwerk_core.policy_definition.description is 'What the policy does, with its unit.';

insert into schnittwerk_core.policy_definition
  (policy_key, value_type, default_value, minimum, maximum, description)
values
  ('cancellation_deadline_hours', 'number', '24', 0, 8760,
   'Hours before appointment cancellation allowed'),
  ('late_cancellation_fee_percent', 'number', '0', 0, 100,
   'Percent of the price owed for a cancellation after the deadline; 0 = no fee'),
  ('no_show_fee_percent', 'number', '0', 0, 100,
   'Percent of the price owed by customers who do not show up; 0 = no fee'),
  ('reschedule_deadline_hours', 'number', '2', 0, 8760,
   'Hours before appointment reschedule allowed'),
  ('max_reschedules', 'integer', '3', 0, 1000, 'Maximum reschedules per appointment'),
  ('advance_booking_limit_days', 'integer', '90', 1, 730, 'Maximum days ahead for booking'),
  ('minimum_booking_notice_hours', 'number', '2', 0, 8760, 'Minimum hours notice for booking'),
  ('late_entry_hours', 'number', '24', 0, 168,
   'Hours that an override reaches back, and hours after the end in which an appointment can be corrected'),
  ('waitlist_notification_hours', 'number', '48', 0, 8760,
   'Hours before appointment to notify waitlist'),
  ('waitlist_offer_minutes', 'integer', '120', 1, 10080,
   'Minutes for which a slot offered to the waitlist is held'),
  ('max_open_bookings_per_customer', 'integer', '0', 0, 1000,
   'Maximum appointments to come, open offers and holds a customer may have; 0 = no limit'),
  ('max_bookings_per_customer_and_day', 'integer', '0', 0, 1000,
   'Maximum appointments a customer may have on one local day; 0 = no limit'),
  ('hold_minutes', 'integer', '10', 1, 60, 'Minutes for which hold_slot keeps a slot'),
  ('max_open_holds_per_customer', 'integer', '1', 1, 1000,
   'Maximum slots held for a customer; a new hold takes the place of the oldest'),
  ('reminder_hours', 'number', '24', 0, 8760,
   'Hours before the start at which the customer is reminded; 0 = never'),
  ('booking_rate_limit_customer', 'integer', '10', 0, 1000,
   'Maximum bookings, moves, holds, waitlist entries and accepted offers a customer may make in a minute; 0 = no limit'),
  ('booking_rate_limit_staff', 'integer', '30', 0, 1000,
   'Maximum bookings, moves, holds, waitlist entries and accepted offers one of the staff or a receptionist may make in a minute; 0 = no limit'),
  ('booking_rate_limit_admin', 'integer', '100', 0, 1000,
   'Maximum bookings, moves, holds, waitlist entries and accepted offers an admin may make in a minute; 0 = no limit'),
  ('cancel_rate_limit_customer', 'integer', '5', 0, 1000,
   'Maximum cancellations, holds released, entries left and offers declined a customer may make in a minute; 0 = no limit'),
  ('cancel_rate_limit_staff', 'integer', '20', 0, 1000,
   'Maximum cancellations, holds released, entries left and offers declined one of the staff or a receptionist may make in a minute; 0 = no limit'),
  ('cancel_rate_limit_admin', 'integer', '50', 0, 1000,
   'Maximum cancellations, holds released, entries left and offers declined an admin may make in a minute; 0 = no limit'),
  ('change_rate_limit_customer', 'integer', '30', 0, 1000,
   'Maximum other changes a customer may make in a minute; 0 = no limit'),
  ('change_rate_limit_staff', 'integer', '60', 0, 1000,
   'Maximum other changes one of the staff or a receptionist may make in a minute; 0 = no limit'),
  ('change_rate_limit_admin', 'integer', '200', 0, 1000,
   'Maximum other changes an admin may make in a minute; 0 = no limit'),
  ('retention_operations_days', 'integer', '30', 30, 3650,
   'Days for which idempotency keys with their answers, and refusals, are kept'),
  ('retention_events_days', 'integer', '90', 1, 3650,
   'Days for which events that all consumers have passed are kept'),
  ('retention_notes_days', 'integer', '0', 0, 3650,
   'Days after an appointment or waitlist entry is over that its free text is deleted; 0 = never'),
  ('retention_customers_days', 'integer', '0', 0, 3650,
   'Days without an appointment or waitlist entry after which a customer is erased; 0 = never'),
  ('retention_audit_days', 'integer', '0', 0, 3650,
   'Days for which the audit trail is kept, at least 90; 0 = for ever'),
  ('double_booking_prevention', 'boolean', 'true', null, null,
   'Enable strict validation: keep buffers free around appointments'),
  ('prevent_customer_overlap', 'boolean', 'true', null, null,
   'Refuse appointments that overlap another of the same customer outside its visit'),
  ('auto_confirm', 'boolean', 'false', null, null,
   'Confirm new bookings at once instead of leaving them pending'),
  ('require_slot_grid', 'boolean', 'false', null, null,
   'Refuse starts that are not on the slot grid'),
  ('log_operations', 'boolean', 'false', null, null,
   'Write one line of JSON to the server''s log for every write'),
  ('log_personal_reads', 'boolean', 'true', null, null,
   'Write one line of JSON to the server''s log whenever personal data is read');

-- A shorter time would let an admin clear the audit trail of what they have just done.
update schnittwerk_core.policy_definition
set minimum_unless_zero = 90
where policy_key = 'retention_audit_days';
