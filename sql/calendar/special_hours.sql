create table schnittwerk_core.special_hours (
  salon_id uuid not null,
  date date not null,
  start_time time not null default '00:00',
  end_time time not null default '24:00',
  is_open boolean not null default true,
  constraint special_hours_pkey primary key (salon_id, date, start_time),
  constraint special_hours_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint special_hours_date_is_from_1900_to_2999
    check (date between '1900-01-01' and '2999-12-31'),
  constraint special_hours_end_is_after_start check (end_time > start_time),
  constraint special_hours_are_whole_minutes check (
    date_trunc('minute', start_time::interval) = start_time::interval
    and date_trunc('minute', end_time::interval) = end_time::interval
  )
);

alter table schnittwerk_core.special_hours enable row level security;

comment on table schnittwerk_core.special_hours is
  'Opening windows of single dates, in place of the weekday''s; one row that is not open closes the date.';
comment on column schnittwerk_core.special_hours.salon_id is 'The salon.';
comment on column schnittwerk_core.special_hours.date is 'Local date.';
comment on column schnittwerk_core.special_hours.start_time is 'Local time of opening.';
comment on column schnittwerk_core.special_hours.end_time is 'Local time of closing; 24:00 is midnight.';
comment on column schnittwerk_core.special_hours.is_open is 'False: closed on this date.';
