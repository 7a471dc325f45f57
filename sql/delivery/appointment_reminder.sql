create table schnittwerk_core.appointment_reminder (
  salon_id uuid not null,
  appointment_id uuid not null,
  starts_at timestamptz not null,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint appointment_reminder_pkey primary key (salon_id, appointment_id, starts_at),
  constraint appointment_reminder_appointment_is_of_the_salon
    foreign key (salon_id, appointment_id)
    references schnittwerk_core.appointments (salon_id, id) on delete cascade
);

alter table schnittwerk_core.appointment_reminder enable row level security;

comment on table schnittwerk_core.appointment_reminder is
  'The appointments and starts for which a reminder has been due, so that each gets only one.';
comment on column schnittwerk_core.appointment_reminder.salon_id is 'The salon.';
comment on column schnittwerk_core.appointment_reminder.appointment_id is 'The appointment.';
comment on column schnittwerk_core.appointment_reminder.starts_at is 'Its start.';
comment on column schnittwerk_core.appointment_reminder.created_at is 'When the reminder became due.';
