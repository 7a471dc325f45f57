create table schnittwerk_core.status_transition (
  thing text not null,
  from_status text not null,
  to_status text not null,
  moment text not null default 'any',
  constraint status_transition_pkey primary key (thing, from_status, to_status),
  constraint status_transition_thing_is_known check (thing in ('appointment', 'waitlist_entry')),
  constraint status_transition_moment_is_known
    check (moment in ('any', 'before_start', 'from_start', 'correction'))
);

alter table schnittwerk_core.status_transition enable row level security;

comment on table schnittwerk_core.status_transition is
  'The state machines: every possible change of status. Triggers refuse all others, also from direct SQL.';
comment on column schnittwerk_core.status_transition.thing is 'appointment or waitlist_entry.';
comment on column schnittwerk_core.status_transition.from_status is 'Status before.';
comment on column schnittwerk_core.status_transition.to_status is 'Status after.';
comment on column schnittwerk_core.status_transition.moment is
  'When the change is possible. any: always; before_start: before the appointment starts; from_start: from its start on; correction: only as a correction. From the start on, a before_start change is a correction too. The salon team makes corrections with a reason, until late_entry_hours after the end.';

insert into schnittwerk_core.status_transition (thing, from_status, to_status, moment)
values
  ('appointment', 'pending', 'confirmed', 'any'),
  ('appointment', 'pending', 'cancelled', 'before_start'),
  ('appointment', 'pending', 'no_show', 'from_start'),
  ('appointment', 'confirmed', 'completed', 'from_start'),
  ('appointment', 'confirmed', 'no_show', 'from_start'),
  ('appointment', 'confirmed', 'cancelled', 'before_start'),
  ('appointment', 'completed', 'no_show', 'correction'),
  ('appointment', 'no_show', 'completed', 'correction'),
  ('waitlist_entry', 'active', 'notified', 'any'),
  ('waitlist_entry', 'active', 'booked', 'any'),
  ('waitlist_entry', 'active', 'cancelled', 'any'),
  ('waitlist_entry', 'active', 'expired', 'any'),
  ('waitlist_entry', 'notified', 'active', 'any'),
  ('waitlist_entry', 'notified', 'booked', 'any'),
  ('waitlist_entry', 'notified', 'cancelled', 'any'),
  ('waitlist_entry', 'cancelled', 'active', 'any');
