create table schnittwerk_core.staff_availability (
  salon_id uuid not null,
  staff_id uuid not null,
  day_of_week smallint not null,
  start_time time not null,
  end_time time not null,
  availability_type text not null default 'available',
  constraint staff_availability_pkey
    primary key (salon_id, staff_id, day_of_week, start_time, availability_type),
  constraint staff_availability_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id)
    on delete cascade,
  constraint staff_availability_day_of_week_is_0_to_6 check (day_of_week between 0 and 6),
  constraint staff_availability_end_is_after_start check (end_time > start_time),
  constraint staff_availability_windows_are_whole_minutes check (
    date_trunc('minute', start_time::interval) = start_time::interval
    and date_trunc('minute', end_time::interval) = end_time::interval
  ),
  constraint staff_availability_type_is_known
    check (availability_type in ('available', 'unavailable'))
);

alter table schnittwerk_core.staff_availability enable row level security;

comment on table schnittwerk_core.staff_availability is
  'Weekly working windows; a member of staff without an available window on a weekday does not work then.';
comment on column schnittwerk_core.staff_availability.salon_id is 'The salon.';
comment on column schnittwerk_core.staff_availability.staff_id is 'The member of staff.';
comment on column schnittwerk_core.staff_availability.day_of_week is '0 = Sunday to 6 = Saturday.';
comment on column schnittwerk_core.staff_availability.start_time is 'Local time of the window''s start.';
comment on column schnittwerk_core.staff_availability.end_time is 'Local time of its end; 24:00 is midnight.';
comment on column schnittwerk_core.staff_availability.availability_type is 'available adds the window, unavailable (a break) takes it away.';
