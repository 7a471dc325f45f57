create table schnittwerk_core.published_kind (
  table_name text not null,
  kind text not null,
  event_type text not null,
  constraint published_kind_pkey primary key (table_name, kind),
  constraint published_kind_event_type_is_thing_and_change
    check (event_type ~ '^[a-z_]+\.[a-z_]+$')
);

alter table schnittwerk_core.published_kind enable row level security;

comment on table schnittwerk_core.published_kind is
  'Which entries of the journal are events, and the type that consumers see.';
comment on column schnittwerk_core.published_kind.table_name is 'The entry''s table.';
comment on column schnittwerk_core.published_kind.kind is 'The entry''s kind.';
comment on column schnittwerk_core.published_kind.event_type is
  'The kind of thing and what happened to it, such as appointment.cancelled.';

insert into schnittwerk_core.published_kind (table_name, kind, event_type)
values
  ('appointments', 'created', 'appointment.created'),
  ('appointments', 'confirmed', 'appointment.confirmed'),
  ('appointments', 'rescheduled', 'appointment.rescheduled'),
  ('appointments', 'cancelled', 'appointment.cancelled'),
  ('appointments', 'completed', 'appointment.completed'),
  ('appointments', 'no_show', 'appointment.no_show'),
  ('appointments', 'pending', 'appointment.changed'),
  ('appointments', 'updated', 'appointment.changed'),
  ('appointments', 'deleted', 'appointment.deleted'),
  ('appointment_reminder', 'due', 'appointment.reminder_due'),
  ('fee', 'created', 'fee.owed'),
  ('fee', 'owed', 'fee.owed'),
  ('fee', 'waived', 'fee.waived'),
  ('fee', 'withdrawn', 'fee.withdrawn'),
  ('fee', 'updated', 'fee.updated'),
  ('fee', 'deleted', 'fee.deleted'),
  ('waitlist', 'created', 'waitlist_entry.joined'),
  ('waitlist', 'active', 'waitlist_entry.updated'),
  ('waitlist', 'notified', 'waitlist_entry.updated'),
  ('waitlist', 'updated', 'waitlist_entry.updated'),
  ('waitlist', 'cancelled', 'waitlist_entry.left'),
  ('waitlist', 'booked', 'waitlist_entry.booked'),
  ('waitlist', 'expired', 'waitlist_entry.expired'),
  ('waitlist', 'deleted', 'waitlist_entry.deleted'),
  ('waitlist_offer', 'created', 'waitlist_offer.made'),
  ('waitlist_offer', 'open', 'waitlist_offer.updated'),
  ('waitlist_offer', 'updated', 'waitlist_offer.updated'),
  ('waitlist_offer', 'accepted', 'waitlist_offer.accepted'),
  ('waitlist_offer', 'declined', 'waitlist_offer.declined'),
  ('waitlist_offer', 'expired', 'waitlist_offer.expired'),
  ('waitlist_offer', 'withdrawn', 'waitlist_offer.withdrawn'),
  ('waitlist_offer', 'deleted', 'waitlist_offer.deleted'),
  ('hold', 'created', 'hold.made'),
  ('hold', 'open', 'hold.updated'),
  ('hold', 'updated', 'hold.updated'),
  ('hold', 'used', 'hold.used'),
  ('hold', 'released', 'hold.released'),
  ('hold', 'lapsed', 'hold.lapsed'),
  ('hold', 'deleted', 'hold.deleted'),
  ('holidays', 'created', 'holiday.created'),
  ('holidays', 'updated', 'holiday.updated'),
  ('holidays', 'deleted', 'holiday.deleted'),
  ('booking_policies', 'created', 'policy.set'),
  ('booking_policies', 'updated', 'policy.set'),
  ('booking_policies', 'deleted', 'policy.deleted'),
  ('customers', 'erased', 'customer.erased'),
  ('customer_merge', 'created', 'customer.merged'),
  ('customer_merge', 'deleted', 'customer.unmerged');
