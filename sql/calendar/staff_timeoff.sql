create table schnittwerk_core.staff_timeoff (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  staff_id uuid not null,
  start_date date not null,
  end_date date not null,
  start_time time,
  end_time time,
  type text not null default 'vacation',
  is_approved boolean not null default true,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint staff_timeoff_pkey primary key (salon_id, id),
  constraint staff_timeoff_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id)
    on delete cascade,
  constraint staff_timeoff_end_is_after_start check (
    end_date + coalesce(end_time, '24:00') > start_date + coalesce(start_time, '00:00')
  ),
  constraint staff_timeoff_dates_are_from_1900_to_2999
    check (start_date >= '1900-01-01' and end_date <= '2999-12-31'),
  constraint staff_timeoff_end_date_is_not_before_start_date check (end_date >= start_date),
  constraint staff_timeoff_times_are_whole_minutes check (
    date_trunc('minute', start_time::interval) = start_time::interval
    and date_trunc('minute', end_time::interval) = end_time::interval
  ),
  constraint staff_timeoff_type_is_one_line check (schnittwerk_core.is_line(type, 50))
);

create index staff_timeoff_by_staff
  on schnittwerk_core.staff_timeoff (salon_id, staff_id, end_date);

alter table schnittwerk_core.staff_timeoff enable row level security;

comment on table schnittwerk_core.staff_timeoff is
  'Absences: one stretch from start_date start_time to end_date end_time, local.';
comment on column schnittwerk_core.staff_timeoff.salon_id is 'The salon.';
comment on column schnittwerk_core.staff_timeoff.id is 'Identifies the absence within the salon.';
comment on column schnittwerk_core.staff_timeoff.staff_id is 'Who is away.';
comment on column schnittwerk_core.staff_timeoff.start_date is 'First local date.';
comment on column schnittwerk_core.staff_timeoff.end_date is 'Last local date.';
comment on column schnittwerk_core.staff_timeoff.start_time is 'Local time on the first date; null = its start.';
comment on column schnittwerk_core.staff_timeoff.end_time is 'Local time on the last date; null = its end.';
comment on column schnittwerk_core.staff_timeoff.type is 'vacation, sick leave, …; free text.';
comment on column schnittwerk_core.staff_timeoff.is_approved is 'Only approved time off blocks.';
comment on column schnittwerk_core.staff_timeoff.created_at is 'When it was entered.';
