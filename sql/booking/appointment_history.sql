create table schnittwerk_core.appointment_history (
  salon_id uuid not null,
  appointment_id uuid not null,
  version int not null,
  action text not null,
  user_id uuid,
  role text not null,
  reason text,
  override_reason text,
  from_status text,
  to_status text not null,
  from_staff_id uuid,
  to_staff_id uuid not null,
  from_starts_at timestamptz,
  to_starts_at timestamptz not null,
  correlation_id text,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint appointment_history_pkey primary key (salon_id, appointment_id, version),
  constraint appointment_history_appointment_is_of_the_salon
    foreign key (salon_id, appointment_id)
    references schnittwerk_core.appointments (salon_id, id) on delete cascade,
  constraint appointment_history_action_is_known check (action in (
    'created', 'confirmed', 'rescheduled', 'cancelled', 'completed', 'no_show', 'changed'
  ))
);

alter table schnittwerk_core.appointment_history enable row level security;

comment on table schnittwerk_core.appointment_history is
  'Every change of an appointment''s status, time or staff, written by trigger, whoever makes it.';
comment on column schnittwerk_core.appointment_history.salon_id is 'The salon.';
comment on column schnittwerk_core.appointment_history.appointment_id is 'The appointment.';
comment on column schnittwerk_core.appointment_history.version is '1 for the booking, then one more with every change.';
comment on column schnittwerk_core.appointment_history.action is
  'created, confirmed, rescheduled, cancelled, completed, no_show, or changed (by hand, in any other way).';
comment on column schnittwerk_core.appointment_history.user_id is 'Who; null = the service, or somebody who wrote to the table.';
comment on column schnittwerk_core.appointment_history.role is
  'In which role: admin, receptionist, staff, customer, service; owner for somebody who wrote to the table.';
comment on column schnittwerk_core.appointment_history.reason is 'Why, as the caller put it.';
comment on column schnittwerk_core.appointment_history.override_reason is 'Why rules were waived.';
comment on column schnittwerk_core.appointment_history.from_status is 'Status before.';
comment on column schnittwerk_core.appointment_history.to_status is 'Status after.';
comment on column schnittwerk_core.appointment_history.from_staff_id is 'Staff before.';
comment on column schnittwerk_core.appointment_history.to_staff_id is 'Staff after.';
comment on column schnittwerk_core.appointment_history.from_starts_at is 'Start before.';
comment on column schnittwerk_core.appointment_history.to_starts_at is 'Start after.';
comment on column schnittwerk_core.appointment_history.correlation_id is 'Ties the change to the request.';
comment on column schnittwerk_core.appointment_history.created_at is 'When.';
