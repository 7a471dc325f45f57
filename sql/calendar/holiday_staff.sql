create table schnittwerk_core.holiday_staff (
  salon_id uuid not null,
  holiday_id uuid not null,
  staff_id uuid not null,
  constraint holiday_staff_pkey primary key (salon_id, holiday_id, staff_id),
  constraint holiday_staff_holiday_is_of_the_salon
    foreign key (salon_id, holiday_id) references schnittwerk_core.holidays (salon_id, id)
    on delete cascade,
  constraint holiday_staff_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id)
    on delete cascade
);

create index holiday_staff_by_staff on schnittwerk_core.holiday_staff (salon_id, staff_id);

alter table schnittwerk_core.holiday_staff enable row level security;

comment on table schnittwerk_core.holiday_staff is
  'The staff for whom a holiday closes, if it does not affect all staff.';
comment on column schnittwerk_core.holiday_staff.salon_id is 'The salon.';
comment on column schnittwerk_core.holiday_staff.holiday_id is 'The holiday.';
comment on column schnittwerk_core.holiday_staff.staff_id is 'Who is off then.';
