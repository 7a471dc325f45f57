create table schnittwerk_core.opening_hours (
  salon_id uuid not null,
  day_of_week smallint not null,
  start_time time not null,
  end_time time not null,
  is_open boolean not null default true,
  constraint opening_hours_pkey primary key (salon_id, day_of_week, start_time),
  constraint opening_hours_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint opening_hours_day_of_week_is_0_to_6 check (day_of_week between 0 and 6),
  constraint opening_hours_end_is_after_start check (end_time > start_time),
  constraint opening_hours_are_whole_minutes check (
    date_trunc('minute', start_time::interval) = start_time::interval
    and date_trunc('minute', end_time::interval) = end_time::interval
  )
);

alter table schnittwerk_core.opening_hours enable row level security;

comment on table schnittwerk_core.opening_hours is
  'Weekly opening windows, several a day allowed; a weekday without an open one is closed.';
comment on column schnittwerk_core.opening_hours.salon_id is 'The salon.';
comment on column schnittwerk_core.opening_hours.day_of_week is '0 = Sunday to 6 = Saturday.';
comment on column schnittwerk_core.opening_hours.start_time is 'Local time of opening.';
comment on column schnittwerk_core.opening_hours.end_time is 'Local time of closing; 24:00 is midnight.';
comment on column schnittwerk_core.opening_hours.is_open is 'False keeps the hours of a day that is closed at present.';
