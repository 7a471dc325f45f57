create table schnittwerk_core.holidays (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  name text not null,
  date date not null,
  end_date date,
  type text not null default 'public_holiday',
  description text,
  is_recurring boolean not null default false,
  recurring_month int,
  recurring_day int,
  affects_all_staff boolean not null default true,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint holidays_pkey primary key (salon_id, id),
  constraint holidays_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint holidays_name_is_one_line check (schnittwerk_core.is_line(name)),
  constraint holidays_description_is_at_most_2000 check (length(description) <= 2000),
  constraint holidays_end_is_not_before_start check (end_date >= date),
  constraint holidays_dates_are_from_1900_to_2999
    check (date between '1900-01-01' and '2999-12-31' and end_date <= '2999-12-31'),
  constraint holidays_last_at_most_a_year check (end_date - date < 366),
  constraint holidays_type_is_known
    check (type in ('public_holiday', 'blackout_date', 'maintenance')),
  constraint holidays_recurring_ones_have_month_and_day check (
    is_recurring = (recurring_month is not null) and is_recurring = (recurring_day is not null)
  ),
  constraint holidays_recurring_day_exists check (
    recurring_month between 1 and 12 and recurring_day between 1
    and ('{31,29,31,30,31,30,31,31,30,31,30,31}'::int[])[recurring_month]
  )
);

create index holidays_by_date on schnittwerk_core.holidays (salon_id, date);
create index holidays_by_recurring_day
  on schnittwerk_core.holidays (salon_id, recurring_month, recurring_day)
  where is_recurring;

alter table schnittwerk_core.holidays enable row level security;

comment on table schnittwerk_core.holidays is
  'Local dates that are closed, for the salon or for the staff linked in holiday_staff.';
comment on column schnittwerk_core.holidays.salon_id is 'The salon.';
comment on column schnittwerk_core.holidays.id is 'Identifies the holiday within the salon.';
comment on column schnittwerk_core.holidays.name is 'Name.';
comment on column schnittwerk_core.holidays.date is 'Its (first) date.';
comment on column schnittwerk_core.holidays.end_date is 'Its last date; null = one day.';
comment on column schnittwerk_core.holidays.type is 'public_holiday, blackout_date or maintenance; all close.';
comment on column schnittwerk_core.holidays.description is 'Free text.';
comment on column schnittwerk_core.holidays.is_recurring is 'Whether it comes every year.';
comment on column schnittwerk_core.holidays.recurring_month is 'Month of a recurring one, 1 to 12.';
comment on column schnittwerk_core.holidays.recurring_day is 'Day of a recurring one; 29 February falls on the 28th in other years.';
comment on column schnittwerk_core.holidays.affects_all_staff is 'Whether the whole salon closes, or only the staff linked.';
comment on column schnittwerk_core.holidays.created_at is 'When it was created.';
