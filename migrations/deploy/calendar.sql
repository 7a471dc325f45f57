-- Deploy schnittwerk:calendar

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/calendar/opening_hours.sql
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
-- end include

-- include: sql/calendar/special_hours.sql
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
-- end include

-- include: sql/calendar/holidays.sql
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
-- end include

-- include: sql/calendar/holiday_staff.sql
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
-- end include

-- include: sql/calendar/staff_availability.sql
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
-- end include

-- include: sql/calendar/staff_timeoff.sql
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
-- end include

-- include: sql/calendar/zone_offset.sql
create type schnittwerk_core.zone_offset as (
  during tstzrange,
  utc_offset interval
);

comment on type schnittwerk_core.zone_offset is
  'A stretch of time in which a zone''s offset from UTC stays the same.';

create function schnittwerk_core.utc_offset(p_time_zone text, p_instant timestamptz)
returns interval
language sql
stable
parallel safe
return (p_instant at time zone p_time_zone) - (p_instant at time zone 'UTC');

comment on function schnittwerk_core.utc_offset(text, timestamptz) is
  'What a zone''s clocks show at an instant, minus UTC.';

revoke execute on function schnittwerk_core.utc_offset from public;
-- end include

-- include: sql/calendar/zone_offsets.sql
-- "at time zone" maps a skipped local time to some instant and a repeated one to only one of two.
-- With the stretches of constant offset, local windows map exactly: an instant lies in a window
-- when the clock on the wall says so. Offsets are compared day by day and bisected where they differ.
create function schnittwerk_core.zone_offsets(p_time_zone text, p_from date, p_until date)
returns schnittwerk_core.zone_offset[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_start constant timestamptz := (p_from - 1)::timestamp at time zone 'UTC';
  v_end constant timestamptz := (p_until + 2)::timestamp at time zone 'UTC';
  v_since timestamptz := v_start;
  v_offsets schnittwerk_core.zone_offset[] := array[]::schnittwerk_core.zone_offset[];
  v_change record;
  v_before timestamptz;
  v_after timestamptz;
  v_middle timestamptz;
begin
  for v_change in
    select s.day, s.utc_offset, s.next_offset
    from (
      select
        d.day,
        o.utc_offset,
        lead(o.utc_offset) over (order by d.day) as next_offset
      from generate_series(v_start, v_end, interval '24 hours') d (day)
      cross join lateral (
        select schnittwerk_core.utc_offset(p_time_zone, d.day) as utc_offset
      ) o
    ) s
    where s.utc_offset <> s.next_offset
    order by s.day
  loop
    v_before := v_change.day;
    v_after := v_change.day + interval '24 hours';
    while v_after - v_before > interval '1 second' loop
      v_middle := date_trunc('second', v_before + (v_after - v_before) / 2);
      if schnittwerk_core.utc_offset(p_time_zone, v_middle) = v_change.utc_offset then
        v_before := v_middle;
      else
        v_after := v_middle;
      end if;
    end loop;
    v_offsets := v_offsets
      || row(tstzrange(v_since, v_after), v_change.utc_offset)::schnittwerk_core.zone_offset;
    v_since := v_after;
  end loop;
  return v_offsets || row(
    tstzrange(v_since, v_end), schnittwerk_core.utc_offset(p_time_zone, v_since)
  )::schnittwerk_core.zone_offset;
end
$$;

comment on function schnittwerk_core.zone_offsets(text, date, date) is
  'The stretches of constant UTC offset of a zone that cover the local dates from p_from to p_until, in order.';

revoke execute on function schnittwerk_core.zone_offsets from public;

create function schnittwerk_core.offset_bounds(p_offsets schnittwerk_core.zone_offset[])
returns timestamptz[]
language sql
immutable
parallel safe
return array(
  select b.instant
  from unnest(p_offsets) o
  cross join lateral (
    values (lower(o.during)), (upper(o.during) - interval '1 microsecond')
  ) b (instant)
  order by b.instant
);

comment on function schnittwerk_core.offset_bounds(schnittwerk_core.zone_offset[]) is
  'The first and the last instant of each stretch of constant offset, ascending.';

revoke execute on function schnittwerk_core.offset_bounds from public;

create function schnittwerk_core.clocks_at(p_time_zone text, p_instants timestamptz[])
returns timestamp[]
language sql
stable
parallel safe
return array(
  select i.instant at time zone p_time_zone
  from unnest(p_instants) with ordinality i (instant, n)
  order by i.n
);

comment on function schnittwerk_core.clocks_at(text, timestamptz[]) is
  'What a zone''s clocks show at some instants, in their order.';

revoke execute on function schnittwerk_core.clocks_at from public;

-- Every slot query calls this, and nearly every week has one stretch: only longer lists need a call.
create function schnittwerk_core.clocks_agree(
  p_time_zone text, p_instants timestamptz[], p_clocks timestamp[]
)
returns boolean
language sql
stable
parallel safe
return p_instants[1] at time zone p_time_zone = p_clocks[1]
  and p_instants[2] at time zone p_time_zone = p_clocks[2]
  and (
    cardinality(p_instants) = 2
    or schnittwerk_core.clocks_at(p_time_zone, p_instants) = p_clocks
  );

comment on function schnittwerk_core.clocks_agree(text, timestamptz[], timestamp[]) is
  'Whether the server''s rules for a zone still give what clocks_at gave at the bounds of the stretches of constant offset.';

revoke execute on function schnittwerk_core.clocks_agree from public;
-- end include

-- include: sql/calendar/local_range.sql
create function schnittwerk_core.local_range(
  p_start timestamp, p_end timestamp, p_offset schnittwerk_core.zone_offset
)
returns tstzrange
language sql
immutable
parallel safe
return tstzrange(
  (p_start - (p_offset).utc_offset) at time zone 'UTC',
  (p_end - (p_offset).utc_offset) at time zone 'UTC'
) * (p_offset).during;

comment on function schnittwerk_core.local_range(timestamp, timestamp, schnittwerk_core.zone_offset) is
  'The instants of one stretch of constant offset at which local clocks show a time in [p_start, p_end); may be empty.';

revoke execute on function schnittwerk_core.local_range from public;
-- end include

-- include: sql/calendar/opening_windows.sql
create function schnittwerk_core.opening_windows(p_salon_id uuid, p_from date, p_until date)
returns table (date date, start_time time, end_time time)
language sql
stable
parallel safe
begin atomic
  select s.date, s.start_time, s.end_time
  from schnittwerk_core.special_hours s
  where s.salon_id = p_salon_id and s.date between p_from and p_until and s.is_open
  union all
  select p_from + d.n, h.start_time, h.end_time
  from generate_series(0, p_until - p_from) d (n)
  join schnittwerk_core.opening_hours h
    on h.salon_id = p_salon_id and h.is_open
    and h.day_of_week = extract(dow from p_from + d.n)
  where not exists (
    select from schnittwerk_core.special_hours s
    where s.salon_id = p_salon_id and s.date = p_from + d.n
  );
end;

comment on function schnittwerk_core.opening_windows(uuid, date, date) is
  'The local windows in which a salon is open on the dates from p_from to p_until: special hours where a date has any, else its weekday''s.';

revoke execute on function schnittwerk_core.opening_windows from public;
-- end include

-- include: sql/calendar/holiday_dates.sql
create function schnittwerk_core.recurring_date(p_year int, p_month int, p_day int)
returns date
language sql
immutable
parallel safe
return make_date(p_year, p_month, 1) + least(
  p_day,
  extract(day from make_date(p_year, p_month, 1) + interval '1 month' - interval '1 day')::int
) - 1;

comment on function schnittwerk_core.recurring_date(int, int, int) is
  'The date of a recurring holiday in a year: 29 February falls on the 28th in common years.';

revoke execute on function schnittwerk_core.recurring_date from public;

create function schnittwerk_core.recurring_end_date(
  p_holiday schnittwerk_core.holidays, p_year int
)
returns date
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_month constant int := p_holiday.recurring_month;
  v_day constant int := p_holiday.recurring_day;
  v_saved_year constant int := extract(year from p_holiday.date);
  v_saved_end constant date := p_holiday.end_date
    + (schnittwerk_core.recurring_date(v_saved_year, v_month, v_day) - p_holiday.date);
begin
  return least(
    schnittwerk_core.recurring_date(
      p_year + extract(year from v_saved_end)::int - v_saved_year,
      extract(month from v_saved_end)::int, extract(day from v_saved_end)::int
    ),
    -- Where it closes the whole year, no date belongs to two occurrences.
    schnittwerk_core.recurring_date(p_year + 1, v_month, v_day) - 1
  );
end
$$;

comment on function schnittwerk_core.recurring_end_date(schnittwerk_core.holidays, int) is
  'The last date of a recurring holiday of several days that begins in a year. First and last date are the same every year, so that the length differs in leap years. A recurring_month and recurring_day other than those of its date move both by the same number of days.';

revoke execute on function schnittwerk_core.recurring_end_date from public;

create function schnittwerk_core.holiday_dates(p_salon_id uuid, p_from date, p_until date)
returns table (holiday_id uuid, date date, affects_all_staff boolean)
language sql
stable
parallel safe
begin atomic
  select o.id, o.first_date + d.n, o.affects_all_staff
  from (
    -- a holiday lasts less than 366 days (holidays_last_at_most_a_year)
    select h.id, h.affects_all_staff, h.date as first_date, h.end_date
    from schnittwerk_core.holidays h
    where h.salon_id = p_salon_id and not h.is_recurring
      and h.date between p_from - 365 and p_until
    union all
    select
      h.id, h.affects_all_staff,
      schnittwerk_core.recurring_date(y.year, h.recurring_month, h.recurring_day),
      case when h.end_date > h.date then schnittwerk_core.recurring_end_date(h, y.year) end
    from schnittwerk_core.holidays h
    cross join generate_series(
      extract(year from p_from)::int - 1, extract(year from p_until)::int
    ) y (year)
    where h.salon_id = p_salon_id and h.is_recurring
  ) o
  cross join lateral generate_series(
    greatest(0, p_from - o.first_date),
    least(coalesce(o.end_date, o.first_date), p_until) - o.first_date
  ) d (n);
end;

comment on function schnittwerk_core.holiday_dates(uuid, date, date) is
  'One row per holiday and local date from p_from to p_until, recurring ones and ranges expanded.';

revoke execute on function schnittwerk_core.holiday_dates from public;
-- end include

-- include: sql/calendar/local_today.sql
create function schnittwerk_core.local_today(p_salon_id uuid)
returns date
language sql
stable
parallel safe
return (
  select (schnittwerk_core.clock() at time zone s.time_zone)::date
  from schnittwerk_core.salon s
  where s.id = p_salon_id
);

comment on function schnittwerk_core.local_today(uuid) is 'The date in a salon''s zone.';

revoke execute on function schnittwerk_core.local_today from public;
-- end include

-- include: sql/calendar/week_of.sql
create function schnittwerk_core.week_of(p_date date)
returns date
language sql
immutable
parallel safe
return date_trunc('week', p_date::timestamp)::date;

comment on function schnittwerk_core.week_of(date) is 'The Monday of a date''s week.';

revoke execute on function schnittwerk_core.week_of from public;
-- end include

-- include: sql/calendar/opening_time.sql
create function schnittwerk_core.opening_time(
  p_salon_id uuid, p_from date, p_until date, p_offsets schnittwerk_core.zone_offset[]
)
returns tstzmultirange
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(range_agg(schnittwerk_core.local_range(w.date + w.start_time, w.date + w.end_time, z)), '{}')
    from schnittwerk_core.opening_windows(p_salon_id, p_from, p_until) w
    cross join unnest(p_offsets) z
  );
end
$$;

comment on function schnittwerk_core.opening_time(uuid, date, date, schnittwerk_core.zone_offset[]) is
  'When a salon is open by its hours and special hours, on the local dates from p_from to p_until, whose offsets are given; closures are not subtracted.';

revoke execute on function schnittwerk_core.opening_time from public;
-- end include

-- include: sql/calendar/closed_time.sql
create function schnittwerk_core.closed_time(
  p_salon_id uuid, p_from date, p_until date, p_offsets schnittwerk_core.zone_offset[]
)
returns tstzmultirange
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(range_agg(schnittwerk_core.local_range(h.date, h.date + 1, z)), '{}')
    from schnittwerk_core.holiday_dates(p_salon_id, p_from, p_until) h
    cross join unnest(p_offsets) z
    where h.affects_all_staff
  );
end
$$;

comment on function schnittwerk_core.closed_time(uuid, date, date, schnittwerk_core.zone_offset[]) is
  'When holidays close a salon for everybody, on the local dates from p_from to p_until, whose offsets are given.';

revoke execute on function schnittwerk_core.closed_time from public;
-- end include

-- include: sql/calendar/time_off_range.sql
create function schnittwerk_core.time_off_range(
  p_time_off schnittwerk_core.staff_timeoff, p_offset schnittwerk_core.zone_offset
)
returns tstzrange
language sql
immutable
parallel safe
return schnittwerk_core.local_range(
  (p_time_off).start_date + coalesce((p_time_off).start_time, '00:00'),
  (p_time_off).end_date + coalesce((p_time_off).end_time, '24:00'),
  p_offset
);

comment on function schnittwerk_core.time_off_range(schnittwerk_core.staff_timeoff, schnittwerk_core.zone_offset) is
  'The instants of one stretch of constant offset that time off takes; may be empty.';

revoke execute on function schnittwerk_core.time_off_range from public;
-- end include

-- include: sql/calendar/working_time.sql
create function schnittwerk_core.working_time(
  p_salon_id uuid,
  p_staff_id uuid,
  p_from date,
  p_until date,
  p_offsets schnittwerk_core.zone_offset[]
)
returns tstzmultirange
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
as $$
begin
  return (
    select coalesce(range_agg(w.during) filter (where w.is_available), '{}')
      - coalesce(range_agg(w.during) filter (where not w.is_available), '{}')
    from (
      select
        a.availability_type = 'available' as is_available,
        schnittwerk_core.local_range(
          p_from + d.n + a.start_time, p_from + d.n + a.end_time, z
        ) as during
      from schnittwerk_core.staff_availability a
      cross join lateral generate_series(
        (a.day_of_week - extract(dow from p_from)::int + 7) % 7, p_until - p_from, 7) d (n)
      cross join unnest(p_offsets) z
      where a.salon_id = p_salon_id and a.staff_id = p_staff_id
      union all
      select false, schnittwerk_core.time_off_range(t, z)
      from schnittwerk_core.staff_timeoff t
      cross join unnest(p_offsets) z
      where t.salon_id = p_salon_id and t.staff_id = p_staff_id and t.is_approved
        and t.start_date <= p_until and t.end_date >= p_from
      union all
      select false, schnittwerk_core.local_range(h.date, h.date + 1, z)
      from schnittwerk_core.holiday_staff l
      join schnittwerk_core.holiday_dates(
        p_salon_id, p_from, p_until
      ) h on h.holiday_id = l.holiday_id and not h.affects_all_staff
      cross join unnest(p_offsets) z
      where l.salon_id = p_salon_id and l.staff_id = p_staff_id
    ) w
  );
end
$$;

comment on function schnittwerk_core.working_time(uuid, uuid, date, date, schnittwerk_core.zone_offset[]) is
  'When a member of staff works, on the local dates from p_from to p_until, whose offsets are given: available windows − unavailable ones − approved time off − holidays of theirs.';

revoke execute on function schnittwerk_core.working_time from public;
-- end include

-- include: sql/calendar/open_time.sql
create type schnittwerk_core.open_time as (
  staff_id uuid,
  opening tstzmultirange,
  closed tstzmultirange,
  working tstzmultirange,
  service_ids uuid[]
);

comment on type schnittwerk_core.open_time is
  'What makes appointments of a member of staff possible: the salon''s hours, its closures, when they work, and the services that they perform (none while they are inactive).';

create function schnittwerk_core.open_time_between(
  p_salon_id uuid,
  p_staff_ids uuid[],
  p_from date,
  p_until date,
  p_offsets schnittwerk_core.zone_offset[]
)
returns schnittwerk_core.open_time[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_opening constant tstzmultirange :=
    schnittwerk_core.opening_time(p_salon_id, p_from, p_until, p_offsets);
  v_closed constant tstzmultirange :=
    schnittwerk_core.closed_time(p_salon_id, p_from, p_until, p_offsets);
begin
  return array(
    select row(
      m.id, v_opening, v_closed,
      schnittwerk_core.working_time(p_salon_id, m.id, p_from, p_until, p_offsets),
      array(
        select p.service_id
        from schnittwerk_core.staff_services p
        join schnittwerk_core.services v on v.salon_id = p.salon_id and v.id = p.service_id
        where p.salon_id = p_salon_id and p.staff_id = m.id and v.is_active and m.is_active
      )
    )::schnittwerk_core.open_time
    from schnittwerk_core.staff m
    where m.salon_id = p_salon_id and (p_staff_ids is null or m.id = any (p_staff_ids))
  );
end
$$;

comment on function schnittwerk_core.open_time_between(uuid, uuid[], date, date, schnittwerk_core.zone_offset[]) is
  'The open time of the staff given (null = all) on the local dates from p_from to p_until, whose offsets are given.';

revoke execute on function schnittwerk_core.open_time_between from public;

-- Reads the tables, not the stored weeks: a change is compared with the state before it, perhaps by
-- other rules for the time zone, and up to the last appointment.
create function schnittwerk_core.open_time_of(
  p_salon_id uuid,
  p_staff_ids uuid[],
  p_until timestamptz,
  p_offsets schnittwerk_core.zone_offset[] default null
)
returns schnittwerk_core.open_time[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  -- a shift may have begun the day before, and zones are up to 26 hours apart
  v_from constant date := schnittwerk_core.local_today(p_salon_id) - 2;
  v_until constant date := greatest(v_from, (p_until at time zone 'UTC')::date) + 3;
  v_offsets constant schnittwerk_core.zone_offset[] := coalesce(p_offsets, (
    select schnittwerk_core.zone_offsets(s.time_zone, v_from, v_until)
    from schnittwerk_core.salon s
    where s.id = p_salon_id
  ));
begin
  return schnittwerk_core.open_time_between(
    p_salon_id, p_staff_ids, v_from, v_until, v_offsets);
end
$$;

comment on function schnittwerk_core.open_time_of(uuid, uuid[], timestamptz, schnittwerk_core.zone_offset[]) is
  'The open time of the staff given (null = all) from now until p_until, by the server''s rules for the salon''s time zone or by p_offsets.';

revoke execute on function schnittwerk_core.open_time_of from public;
-- end include

-- include: sql/calendar/calendar_stretches.sql
-- The instants come from the functions that open time is made of; only the names are looked up here.
create function schnittwerk_core.calendar_stretches(
  p_salon_id uuid,
  p_date date,
  p_offsets schnittwerk_core.zone_offset[],
  p_open_times schnittwerk_core.open_time[]
)
returns table (staff_id uuid, precedence int, kind text, label text, during tstzrange)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
begin
  return query
  with midnight_to_midnight as materialized (
    select schnittwerk_core.local_range(p_date, p_date + 1, z) as during, z as zone_offset
    from unnest(p_offsets) z
    where not isempty(schnittwerk_core.local_range(p_date, p_date + 1, z))
  ),
  team as materialized (
    select
      o.staff_id, o.opening,
      case when m.is_active then (o.opening - o.closed) * o.working else '{}' end as open
    from unnest(p_open_times) o
    join schnittwerk_core.staff m on m.salon_id = p_salon_id and m.id = o.staff_id
  )
  select t.staff_id, 5, 'holiday', h.name, d.during
  from schnittwerk_core.holiday_dates(p_salon_id, p_date, p_date) n
  join schnittwerk_core.holidays h on h.salon_id = p_salon_id and h.id = n.holiday_id
  cross join team t
  cross join midnight_to_midnight d
  where n.affects_all_staff or exists (
    select from schnittwerk_core.holiday_staff l
    where l.salon_id = p_salon_id and l.holiday_id = n.holiday_id and l.staff_id = t.staff_id
  )
  union all
  select t.staff_id, 6, 'off', f.type, schnittwerk_core.time_off_range(f, d.zone_offset)
  from team t
  join schnittwerk_core.staff_timeoff f on f.salon_id = p_salon_id and f.staff_id = t.staff_id
  cross join midnight_to_midnight d
  where f.is_approved and f.start_date <= p_date and f.end_date >= p_date
  union all
  select t.staff_id, 7, 'open', null, u.during
  from team t
  cross join lateral unnest(t.open) u (during)
  union all
  select t.staff_id, 8, 'break', null, range_merge(t.open)
  from team t
  where not isempty(t.open)
  union all
  select t.staff_id, 9, 'off', null, u.during
  from team t
  cross join lateral unnest(t.opening) u (during)
  union all
  select t.staff_id, 10, 'closed', null, d.during
  from team t
  cross join midnight_to_midnight d;
end
$$;

comment on function schnittwerk_core.calendar_stretches(uuid, date, schnittwerk_core.zone_offset[], schnittwerk_core.open_time[]) is
  'What the calendar makes of a local date for each of the staff whose open time is given: holiday and its name, off and its type, open, break, off, closed. They overlap: the one of lowest precedence holds. closed covers the day.';

revoke execute on function schnittwerk_core.calendar_stretches from public;
-- end include

-- include: sql/calendar/salon_week.sql
create table schnittwerk_core.salon_week (
  salon_id uuid not null,
  week date not null,
  version bigint not null,
  offsets schnittwerk_core.zone_offset[] not null,
  offset_bounds timestamptz[] not null,
  clocks timestamp[] not null,
  hours tstzmultirange not null,
  closures tstzmultirange not null,
  preferred tstzmultirange not null,
  midnights timestamptz[] not null,
  constraint salon_week_pkey primary key (salon_id, week),
  constraint salon_week_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id) on delete cascade,
  constraint salon_week_begins_on_monday check (week = schnittwerk_core.week_of(week))
);

alter table schnittwerk_core.salon_week enable row level security;

comment on table schnittwerk_core.salon_week is
  'A week of a salon''s calendar, worked out once by compute_salon_week. A row counts only while its version is the salon''s and the server''s rules for the zone are those it was computed by (clocks_agree). A week without a row that counts is computed when it is needed.';
comment on column schnittwerk_core.salon_week.salon_id is 'The salon.';
comment on column schnittwerk_core.salon_week.week is 'Its Monday.';
comment on column schnittwerk_core.salon_week.version is 'The salon_state.calendar_version that it was computed from.';
comment on column schnittwerk_core.salon_week.offsets is 'The zone''s offsets in the week and two days before and after.';
comment on column schnittwerk_core.salon_week.offset_bounds is
  'The first and the last instant of each of the offsets.';
comment on column schnittwerk_core.salon_week.clocks is
  'What the zone''s clocks showed at offset_bounds when the week was computed.';
comment on column schnittwerk_core.salon_week.hours is
  'When the salon is open, in the week and two days before and after: shifts that cross midnight keep their start, long services their end.';
comment on column schnittwerk_core.salon_week.closures is 'When it is closed for everybody, over the same days.';
comment on column schnittwerk_core.salon_week.preferred is 'Which starts of the week are preferred.';
comment on column schnittwerk_core.salon_week.midnights is
  'The first instants of the local dates of hours, ascending, also where midnight is skipped or repeated; a date that the zone skipped has none (Samoa, 30 December 2011).';

create function schnittwerk_core.week_range(p_week schnittwerk_core.salon_week)
returns tstzrange
language sql
immutable
parallel safe
return (
  select range_merge(range_agg(
    schnittwerk_core.local_range((p_week).week, (p_week).week + 7, z)))
  from unnest((p_week).offsets) z
);

comment on function schnittwerk_core.week_range(schnittwerk_core.salon_week) is
  'The week itself, from its first instant to the next week''s.';

revoke execute on function schnittwerk_core.week_range from public;

create function schnittwerk_core.compute_salon_week(p_salon_id uuid, p_week date)
returns schnittwerk_core.salon_week
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_first_date constant date := p_week - 2;
  v_last_date constant date := p_week + 8;
  v_salon schnittwerk_core.salon;
  v_week schnittwerk_core.salon_week;
begin
  select s.* into v_salon from schnittwerk_core.salon s where s.id = p_salon_id;
  v_week.salon_id := p_salon_id;
  v_week.week := p_week;
  v_week.version := (
    select z.calendar_version from schnittwerk_core.salon_state z where z.salon_id = p_salon_id
  );
  v_week.offsets := schnittwerk_core.zone_offsets(
    v_salon.time_zone, v_first_date, v_last_date
  );
  v_week.offset_bounds := schnittwerk_core.offset_bounds(v_week.offsets);
  v_week.clocks := schnittwerk_core.clocks_at(v_salon.time_zone, v_week.offset_bounds);
  v_week.hours := schnittwerk_core.opening_time(
    p_salon_id, v_first_date, v_last_date, v_week.offsets
  );
  v_week.closures := schnittwerk_core.closed_time(
    p_salon_id, v_first_date, v_last_date, v_week.offsets
  );
  v_week.preferred := (
    select range_agg(schnittwerk_core.local_range(
      p_week + d.n + v_salon.preferred_from, p_week + d.n + v_salon.preferred_until, z
    ))
    from generate_series(0, 6) d (n)
    cross join unnest(v_week.offsets) z
  );
  v_week.midnights := array(
    select min(lower(schnittwerk_core.local_range(
      v_first_date + d.n, v_first_date + d.n + 1, z
    ))) as midnight
    from generate_series(0, v_last_date - v_first_date) d (n)
    cross join unnest(v_week.offsets) z
    group by d.n
    having bool_or(not isempty(schnittwerk_core.local_range(
      v_first_date + d.n, v_first_date + d.n + 1, z)))
    order by midnight
  );
  return v_week;
end
$$;

comment on function schnittwerk_core.compute_salon_week(uuid, date) is
  'A week of a salon''s calendar from hours, special hours and holidays; p_week is its Monday.';

revoke execute on function schnittwerk_core.compute_salon_week from public;
-- end include

-- include: sql/calendar/staff_week.sql
create table schnittwerk_core.staff_week (
  salon_id uuid not null,
  staff_id uuid not null,
  week date not null,
  salon_version bigint not null,
  staff_version bigint not null,
  working tstzmultirange not null,
  open tstzmultirange not null,
  grid_origins timestamptz[] not null,
  open_minutes int[] not null,
  constraint staff_week_pkey primary key (salon_id, staff_id, week),
  constraint staff_week_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id)
    on delete cascade,
  constraint staff_week_begins_on_monday check (week = schnittwerk_core.week_of(week))
);

alter table schnittwerk_core.staff_week enable row level security;

comment on table schnittwerk_core.staff_week is
  'A week of the open time of a member of staff, worked out once by compute_staff_week. A row counts only while its versions are the salon''s and theirs and the salon_week that it was computed from counts. A week without a row that counts is computed when it is needed.';
comment on column schnittwerk_core.staff_week.salon_id is 'The salon.';
comment on column schnittwerk_core.staff_week.staff_id is 'The member of staff.';
comment on column schnittwerk_core.staff_week.week is 'Its Monday.';
comment on column schnittwerk_core.staff_week.salon_version is 'The salon_state.calendar_version that it was computed from.';
comment on column schnittwerk_core.staff_week.staff_version is 'The staff.calendar_version that it was computed from.';
comment on column schnittwerk_core.staff_week.working is 'When they work, over the days of salon_week.hours.';
comment on column schnittwerk_core.staff_week.open is
  'The ranges of opening hours − closures, within the hours that they work, that touch the week; each range is whole.';
comment on column schnittwerk_core.staff_week.grid_origins is
  'Where slots start counting within open, ascending: at the start of each range. A range of more than 24 hours (open around the clock) starts anew at every local midnight, so that the grid does not depend on how far back one looks.';

comment on column schnittwerk_core.staff_week.open_minutes is
  'The minutes of open on each local date of the week, from Monday.';

create function schnittwerk_core.compute_staff_week(
  p_week schnittwerk_core.salon_week, p_staff_id uuid
)
returns schnittwerk_core.staff_week
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_week schnittwerk_core.staff_week;
begin
  v_week.salon_id := p_week.salon_id;
  v_week.staff_id := p_staff_id;
  v_week.week := p_week.week;
  v_week.salon_version := p_week.version;
  v_week.staff_version := (
    select m.calendar_version
    from schnittwerk_core.staff m
    where m.salon_id = p_week.salon_id and m.id = p_staff_id
  );
  v_week.working := schnittwerk_core.working_time(
    p_week.salon_id, p_staff_id, p_week.week - 2, p_week.week + 8, p_week.offsets
  );
  select coalesce(range_agg(r.open_range), '{}')
  into v_week.open
  from unnest((p_week.hours - p_week.closures) * v_week.working) r (open_range)
  where r.open_range && schnittwerk_core.week_range(p_week);
  v_week.grid_origins := array(
    select lower(r.open_range) as origin
    from unnest(v_week.open) r (open_range)
    union
    select m.midnight
    from unnest(v_week.open) r (open_range)
    join unnest(p_week.midnights) m (midnight) on r.open_range @> m.midnight
    where upper(r.open_range) - lower(r.open_range) > interval '24 hours'
    order by origin
  );
  v_week.open_minutes := array(
    select coalesce(sum(extract(epoch from upper(o.during) - lower(o.during))) / 60, 0)::int
    from generate_series(0, 6) d (n)
    left join (
      select
        l.n, unnest(v_week.open * tstzmultirange(l.during)) as during
      from (
        select
          i.n, schnittwerk_core.local_range(p_week.week + i.n, p_week.week + i.n + 1, z) as during
        from generate_series(0, 6) i (n)
        cross join unnest(p_week.offsets) z
      ) l
    ) o on o.n = d.n
    group by d.n
    order by d.n
  );
  return v_week;
end
$$;

comment on function schnittwerk_core.compute_staff_week(schnittwerk_core.salon_week, uuid) is
  'A week of the open time of a member of staff: opening hours − closures, within the hours that they work. An appointment must lie inside one range of it.';

revoke execute on function schnittwerk_core.compute_staff_week from public;
-- end include

-- include: sql/calendar/salon_calendar.sql
create type schnittwerk_core.salon_calendar as (
  salon_id uuid,
  time_zone text,
  version bigint,
  read_at timestamptz,
  first_week date,
  last_week date,
  hours tstzmultirange,
  closures tstzmultirange,
  policies jsonb,
  limit_days int,
  earliest_start timestamptz,
  latest_start timestamptz,
  buffer_time_minutes int,
  slot_interval_minutes int
);

comment on type schnittwerk_core.salon_calendar is
  'All that a request needs to know of a salon''s time, read once: settings and policies as they hold, and opening hours and closures as instants over the weeks from first_week to last_week (their Mondays). version: that of the first week''s salon_week; null if the week was computed.';

create function schnittwerk_core.limit_days(p_max_advance_booking_days int, p_policies jsonb)
returns int
language sql
immutable
parallel safe
return least(
  p_max_advance_booking_days, (p_policies ->> 'advance_booking_limit_days')::int
);

comment on function schnittwerk_core.limit_days(int, jsonb) is
  'How many days ahead a salon can be booked: the stricter of its setting and its policy.';

revoke execute on function schnittwerk_core.limit_days from public;

create function schnittwerk_core.earliest_start(p_now timestamptz, p_policies jsonb)
returns timestamptz
language sql
stable
parallel safe
return p_now + make_interval(
  secs => 3600 * (p_policies ->> 'minimum_booking_notice_hours')::float8
);

comment on function schnittwerk_core.earliest_start(timestamptz, jsonb) is
  'The first instant that can be booked now; notice counts elapsed time.';

revoke execute on function schnittwerk_core.earliest_start from public;

create function schnittwerk_core.latest_start(p_now timestamptz, p_limit_days int)
returns timestamptz
language sql
stable
parallel safe
return p_now + make_interval(hours => 24 * p_limit_days);

comment on function schnittwerk_core.latest_start(timestamptz, int) is
  'The last instant that can be booked now; the horizon counts elapsed time.';

revoke execute on function schnittwerk_core.latest_start from public;

create function schnittwerk_core.week_calendar(
  p_salon_id uuid, p_week date default null, p_starts_at timestamptz default null
)
returns schnittwerk_core.salon_calendar
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
  v_calendar schnittwerk_core.salon_calendar;
begin
  select
    s.id, s.time_zone, k.version, v_now, d.week, d.week,
    coalesce(k.hours, (c.week).hours), coalesce(k.closures, (c.week).closures), z.policies,
    l.limit_days,
    schnittwerk_core.earliest_start(v_now, z.policies),
    schnittwerk_core.latest_start(v_now, l.limit_days),
    s.buffer_time_minutes, s.slot_interval_minutes
  into v_calendar
  from schnittwerk_core.salon s
  join schnittwerk_core.salon_state z on z.salon_id = s.id
  cross join lateral (
    select schnittwerk_core.limit_days(s.max_advance_booking_days, z.policies) as limit_days
  ) l
  cross join lateral (
    select coalesce(
      p_week, schnittwerk_core.week_of((p_starts_at at time zone s.time_zone)::date)) as week
  ) d
  left join schnittwerk_core.salon_week k
    on k.salon_id = s.id and k.week = d.week and k.version = z.calendar_version
    and schnittwerk_core.clocks_agree(s.time_zone, k.offset_bounds, k.clocks)
  cross join lateral (
    select case when k.salon_id is null
      then schnittwerk_core.compute_salon_week(s.id, d.week) end as week
    offset 0
  ) c
  where s.id = p_salon_id;
  return v_calendar;
end
$$;

comment on function schnittwerk_core.week_calendar(uuid, date, timestamptz) is
  'A salon''s calendar of a week, given by its Monday or by a start in it.';

revoke execute on function schnittwerk_core.week_calendar from public;

create function schnittwerk_core.salon_calendar(p_salon_id uuid, p_from date, p_until date)
returns schnittwerk_core.salon_calendar
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_calendar schnittwerk_core.salon_calendar :=
    schnittwerk_core.week_calendar(p_salon_id, schnittwerk_core.week_of(p_from));
begin
  v_calendar.last_week := schnittwerk_core.week_of(p_until);
  if v_calendar.last_week > v_calendar.first_week then
    select v_calendar.hours + range_agg((c.week).hours),
      v_calendar.closures + range_agg((c.week).closures)
    into v_calendar.hours, v_calendar.closures
    from schnittwerk_core.salon_state z
    cross join generate_series(7, v_calendar.last_week - v_calendar.first_week, 7) d (n)
    left join schnittwerk_core.salon_week k
      on k.salon_id = p_salon_id and k.week = v_calendar.first_week + d.n
      and k.version = z.calendar_version
      and schnittwerk_core.clocks_agree(v_calendar.time_zone, k.offset_bounds, k.clocks)
    cross join lateral (
      select coalesce(
        k, schnittwerk_core.compute_salon_week(p_salon_id, v_calendar.first_week + d.n)) as week
      offset 0
    ) c
    where z.salon_id = p_salon_id;
  end if;
  return v_calendar;
end
$$;

comment on function schnittwerk_core.salon_calendar(uuid, date, date) is
  'A salon''s calendar for the local dates from p_from to p_until, with the hours and closures of at least two days before and after.';

revoke execute on function schnittwerk_core.salon_calendar from public;
-- end include

-- include: sql/calendar/current_salon_week.sql
create function schnittwerk_core.current_salon_week(p_salon_id uuid, p_week date)
returns schnittwerk_core.salon_week
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_week schnittwerk_core.salon_week;
begin
  select k.* into v_week
  from schnittwerk_core.salon s
  join schnittwerk_core.salon_state z on z.salon_id = s.id
  join schnittwerk_core.salon_week k
    on k.salon_id = s.id and k.week = p_week and k.version = z.calendar_version
  where s.id = p_salon_id
    and schnittwerk_core.clocks_agree(s.time_zone, k.offset_bounds, k.clocks);
  if not found then
    v_week := schnittwerk_core.compute_salon_week(p_salon_id, p_week);
    v_week.version := null; -- stored weeks of staff do not fit a computed one
  end if;
  return v_week;
end
$$;

comment on function schnittwerk_core.current_salon_week(uuid, date) is
  'A week of a salon''s calendar, given by its Monday: the stored one, or else a computed one, without a version.';

revoke execute on function schnittwerk_core.current_salon_week from public;
-- end include

-- include: sql/calendar/calendar_changes.sql
create function schnittwerk_core.salon_calendar_has_changed()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.salon_state z
  set calendar_version = z.calendar_version + 1
  where z.salon_id in ((to_jsonb(old) ->> tg_argv[0])::uuid, (to_jsonb(new) ->> tg_argv[0])::uuid);
  return null;
end
$$;

comment on function schnittwerk_core.salon_calendar_has_changed() is
  'Makes every cached week of a salon out of date; the argument is the column of its id.';

revoke execute on function schnittwerk_core.salon_calendar_has_changed from public;

create trigger salon_changes_calendar
after update of time_zone, preferred_from, preferred_until, max_advance_booking_days
on schnittwerk_core.salon
for each row execute function schnittwerk_core.salon_calendar_has_changed('id');

create trigger opening_hours_change_calendar
after insert or update or delete on schnittwerk_core.opening_hours
for each row execute function schnittwerk_core.salon_calendar_has_changed('salon_id');

create trigger special_hours_change_calendar
after insert or update or delete on schnittwerk_core.special_hours
for each row execute function schnittwerk_core.salon_calendar_has_changed('salon_id');

create trigger holidays_change_calendar
after insert or update or delete on schnittwerk_core.holidays
for each row execute function schnittwerk_core.salon_calendar_has_changed('salon_id');

create function schnittwerk_core.staff_calendar_has_changed()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if tg_op <> 'INSERT' then
    update schnittwerk_core.staff m
    set calendar_version = m.calendar_version + 1
    where m.salon_id = old.salon_id and m.id = old.staff_id;
  end if;
  if tg_op <> 'DELETE' then
    update schnittwerk_core.staff m
    set calendar_version = m.calendar_version + 1
    where m.salon_id = new.salon_id and m.id = new.staff_id;
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.staff_calendar_has_changed() is
  'Makes every cached week of a member of staff out of date.';

revoke execute on function schnittwerk_core.staff_calendar_has_changed from public;

create trigger staff_availability_changes_calendar
after insert or update or delete on schnittwerk_core.staff_availability
for each row execute function schnittwerk_core.staff_calendar_has_changed();

create trigger staff_timeoff_changes_calendar
after insert or update or delete on schnittwerk_core.staff_timeoff
for each row execute function schnittwerk_core.staff_calendar_has_changed();

create trigger holiday_staff_changes_calendar
after insert or update or delete on schnittwerk_core.holiday_staff
for each row execute function schnittwerk_core.staff_calendar_has_changed();

create function schnittwerk_core.what_bookings_are_judged_by_has_changed()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_old constant jsonb := to_jsonb(old);
  v_new constant jsonb := to_jsonb(new);
  v_salon_ids constant uuid[] := array[(v_old ->> tg_argv[0])::uuid, (v_new ->> tg_argv[0])::uuid];
  v_staff_ids constant uuid[] := array[(v_old ->> tg_argv[1])::uuid, (v_new ->> tg_argv[1])::uuid];
begin
  perform from schnittwerk_core.resource r
  where r.salon_id = any (v_salon_ids) and (tg_nargs = 1 or r.id = any (v_staff_ids))
    and r.changed_in <> pg_current_xact_id()
  order by r.kind <> 'staff', r.id
  for no key update;
  if found then
    update schnittwerk_core.resource r
    set changed_in = pg_current_xact_id()
    where r.salon_id = any (v_salon_ids) and (tg_nargs = 1 or r.id = any (v_staff_ids))
      and r.changed_in <> pg_current_xact_id();
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.what_bookings_are_judged_by_has_changed() is
  'Updates, once per transaction, the rows that bookings lock: those of all resources of a salon, or of one of them. The arguments are the columns with the id of the salon and of the resource.';

revoke execute on function schnittwerk_core.what_bookings_are_judged_by_has_changed
  from public;

create trigger salon_state_changes_bookings
after update on schnittwerk_core.salon_state
for each row
when ((old.policies, old.calendar_version) <> (new.policies, new.calendar_version))
execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id');

create trigger salon_changes_bookings
after update of buffer_time_minutes, slot_interval_minutes on schnittwerk_core.salon
for each row execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('id');

create trigger services_change_bookings
after update of duration_minutes, base_price, buffer_before_minutes, buffer_after_minutes, is_active,
  steps, needs
on schnittwerk_core.services
for each row execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id');

create trigger staff_change_bookings
after update of is_active, calendar_version on schnittwerk_core.staff
for each row
execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id', 'id');

create trigger staff_services_change_bookings
after insert or update or delete on schnittwerk_core.staff_services
for each row
execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id', 'staff_id');

create trigger unit_changes_bookings
after update on schnittwerk_core.unit
for each row
execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id', 'id');

create trigger unit_closure_changes_bookings
after insert or update or delete on schnittwerk_core.unit_closure
for each row
execute function schnittwerk_core.what_bookings_are_judged_by_has_changed('salon_id', 'unit_id');
-- end include

-- include: sql/calendar/salon_zone.sql
create table schnittwerk_core.salon_zone (
  salon_id uuid not null,
  time_zone text not null,
  offsets schnittwerk_core.zone_offset[] not null,
  constraint salon_zone_pkey primary key (salon_id),
  constraint salon_zone_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id) on delete cascade
);

alter table schnittwerk_core.salon_zone enable row level security;

comment on table schnittwerk_core.salon_zone is
  'The server''s rules for a salon''s time zone as upkeep last found them. Upkeep compares the present rules with them to find a change.';
comment on column schnittwerk_core.salon_zone.salon_id is 'The salon.';
comment on column schnittwerk_core.salon_zone.time_zone is 'The zone of the offsets.';
comment on column schnittwerk_core.salon_zone.offsets is
  'The stretches of constant offset from that day to the longest horizon, 730 days later.';

create function schnittwerk_core.keep_zone(p_salon_id uuid)
returns schnittwerk_core.zone_offset[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_today constant date := schnittwerk_core.local_today(p_salon_id);
  v_time_zone text;
  v_kept schnittwerk_core.zone_offset[];
  v_offsets schnittwerk_core.zone_offset[];
begin
  select s.time_zone, k.offsets into v_time_zone, v_kept
  from schnittwerk_core.salon s
  left join schnittwerk_core.salon_zone k on k.salon_id = s.id and k.time_zone = s.time_zone
  where s.id = p_salon_id;
  v_offsets := schnittwerk_core.zone_offsets(v_time_zone, v_today, v_today + 730);
  insert into schnittwerk_core.salon_zone (salon_id, time_zone, offsets)
  values (p_salon_id, v_time_zone, v_offsets)
  on conflict (salon_id) do update
  set time_zone = excluded.time_zone, offsets = excluded.offsets;
  return case when exists (
    select from unnest(v_kept) k
    join unnest(v_offsets) n on n.during && k.during and n.utc_offset <> k.utc_offset
  ) then v_kept end;
end
$$;

comment on function schnittwerk_core.keep_zone(uuid) is
  'Stores the server''s rules for a salon''s time zone as they are now. Returns the offsets stored before if they differ; null if they do not, if they were another zone''s, or if there were none.';

revoke execute on function schnittwerk_core.keep_zone from public;
-- end include

-- include: sql/calendar/keep_weeks.sql
create function schnittwerk_core.keep_weeks(p_salon_id uuid, p_staff_id uuid default null)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  v_first_week date;
  v_last_week date;
begin
  select
    schnittwerk_core.week_of((schnittwerk_core.clock() at time zone s.time_zone)::date),
    schnittwerk_core.week_of((
      schnittwerk_core.latest_start(
        schnittwerk_core.clock(),
        -- At most a quarter: later weeks are rarely asked for, and each change would recompute them.
        least(91, schnittwerk_core.limit_days(s.max_advance_booking_days, z.policies))
      ) at time zone s.time_zone
    )::date + 7)
  into v_first_week, v_last_week
  from schnittwerk_core.salon s
  join schnittwerk_core.salon_state z on z.salon_id = s.id
  where s.id = p_salon_id;
  if not found then
    return; -- the same transaction changed and deleted the salon
  end if;

  if not exists (
    select from schnittwerk_core.salon_zone k
    join schnittwerk_core.salon s on s.id = k.salon_id and s.time_zone = k.time_zone
    where k.salon_id = p_salon_id
  ) then
    perform schnittwerk_core.keep_zone(p_salon_id);
  end if;

  delete from schnittwerk_core.salon_week k
  where k.salon_id = p_salon_id and k.week < v_first_week;
  delete from schnittwerk_core.staff_week k
  where k.salon_id = p_salon_id and k.week < v_first_week
    and (p_staff_id is null or k.staff_id = p_staff_id);

  -- A row computed before a concurrent change has an old version and does not count, even if it is
  -- written last. So no writer needs to wait.
  insert into schnittwerk_core.salon_week as k
  select (c.week).*
  from (
    select v_first_week + d.n as week
    from schnittwerk_core.salon_state z
    cross join generate_series(0, v_last_week - v_first_week, 7) d (n)
    where z.salon_id = p_salon_id
      and not exists (
        select from schnittwerk_core.salon_week k
        where k.salon_id = p_salon_id and k.week = v_first_week + d.n
          and k.version = z.calendar_version
      )
    order by d.n
  ) m
  cross join lateral (
    select schnittwerk_core.compute_salon_week(p_salon_id, m.week) as week
    offset 0
  ) c
  on conflict (salon_id, week) do update
  set
    version = excluded.version, offsets = excluded.offsets,
    offset_bounds = excluded.offset_bounds, clocks = excluded.clocks, hours = excluded.hours,
    closures = excluded.closures, preferred = excluded.preferred,
    midnights = excluded.midnights
  -- Keeps a row of the same version: weeks of staff were computed from it, perhaps by other rules
  -- for the zone than this connection has.
  where k.version < excluded.version;

  insert into schnittwerk_core.staff_week as k
  select (c.week).*
  from (
    select w as salon_week, m.id as staff_id
    from schnittwerk_core.salon_state z
    join schnittwerk_core.salon_week w
      on w.salon_id = z.salon_id and w.version = z.calendar_version
      and w.week between v_first_week and v_last_week
    join schnittwerk_core.staff m
      on m.salon_id = z.salon_id and (p_staff_id is null or m.id = p_staff_id)
    where z.salon_id = p_salon_id
      and not exists (
        select from schnittwerk_core.staff_week k
        where k.salon_id = p_salon_id and k.staff_id = m.id and k.week = w.week
          and k.salon_version = z.calendar_version and k.staff_version = m.calendar_version
      )
    order by m.id, w.week
  ) m
  cross join lateral (
    select schnittwerk_core.compute_staff_week(m.salon_week, m.staff_id) as week
    offset 0
  ) c
  on conflict (salon_id, staff_id, week) do update
  set
    salon_version = excluded.salon_version, staff_version = excluded.staff_version,
    working = excluded.working, open = excluded.open, grid_origins = excluded.grid_origins,
    open_minutes = excluded.open_minutes;
end
$$;

comment on function schnittwerk_core.keep_weeks(uuid, uuid) is
  'Computes the weeks of a salon and its staff that are missing or out of date, from this week to the end of the horizon, but at most a quarter ahead. Deletes past weeks. p_staff_id: null means all staff.';

revoke execute on function schnittwerk_core.keep_weeks from public;

-- Definer: a deferred trigger runs when the transaction ends, with the rights of its caller.
create function schnittwerk_core.keep_weeks_of_salon()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Only the last change of a transaction computes the weeks.
  perform schnittwerk_core.keep_weeks(z.salon_id)
  from schnittwerk_core.salon_state z
  where z.salon_id = new.salon_id
    and (z.calendar_version, z.policies) = (new.calendar_version, new.policies);
  return null;
end
$$;

comment on function schnittwerk_core.keep_weeks_of_salon() is
  'Recomputes a salon''s weeks when a transaction that changed what they follow from ends.';

revoke execute on function schnittwerk_core.keep_weeks_of_salon from public;

create constraint trigger salon_state_keep_weeks
after update on schnittwerk_core.salon_state
deferrable initially deferred
for each row
when (
  (old.calendar_version, old.policies -> 'advance_booking_limit_days')
  <> (new.calendar_version, new.policies -> 'advance_booking_limit_days')
)
execute function schnittwerk_core.keep_weeks_of_salon();

create function schnittwerk_core.keep_weeks_of_staff()
returns trigger
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform schnittwerk_core.keep_weeks(m.salon_id, m.id)
  from schnittwerk_core.staff m
  where m.salon_id = new.salon_id and m.id = new.id
    and m.calendar_version = new.calendar_version;
  return null;
end
$$;

comment on function schnittwerk_core.keep_weeks_of_staff() is
  'Recomputes the weeks of a member of staff when a transaction that changed what they follow from ends.';

revoke execute on function schnittwerk_core.keep_weeks_of_staff from public;

create constraint trigger staff_keep_weeks_when_changed
after update on schnittwerk_core.staff
deferrable initially deferred
for each row
when (old.calendar_version <> new.calendar_version)
execute function schnittwerk_core.keep_weeks_of_staff();

create constraint trigger staff_keep_weeks_when_new
after insert on schnittwerk_core.staff
deferrable initially deferred
for each row execute function schnittwerk_core.keep_weeks_of_staff();
-- end include

-- include: sql/calendar/holiday_json.sql
create function schnittwerk_core.holiday_json(p_holiday schnittwerk_core.holidays)
returns jsonb
language sql
stable
return to_jsonb(p_holiday) || jsonb_build_object(
  'created_at', schnittwerk_core.utc_text((p_holiday).created_at),
  'staff_ids', (
    select coalesce(jsonb_agg(l.staff_id order by l.staff_id), '[]')
    from schnittwerk_core.holiday_staff l
    where l.salon_id = (p_holiday).salon_id and l.holiday_id = (p_holiday).id
  )
);

comment on function schnittwerk_core.holiday_json(schnittwerk_core.holidays) is
  'A holiday with all columns and the staff linked to it, times in UTC.';

revoke execute on function schnittwerk_core.holiday_json from public;
-- end include

-- include: sql/calendar/holiday_faults.sql
create function schnittwerk_core.holiday_faults(
  p_prefix text, p_holiday schnittwerk_core.holidays, p_staff_ids uuid[]
)
returns jsonb[]
language sql
stable
return array[
  schnittwerk_core.line_fault(p_prefix || 'name', (p_holiday).name),
  schnittwerk_core.date_fault(p_prefix || 'date', (p_holiday).date),
  coalesce(
    schnittwerk_core.date_fault(p_prefix || 'end_date', (p_holiday).end_date, false),
    -- an infinite date cannot be subtracted
    case when isfinite((p_holiday).date) and isfinite((p_holiday).end_date)
      then schnittwerk_core.fault(
        p_prefix || 'end_date',
        (p_holiday).end_date - (p_holiday).date not between 0 and 365, 'out_of_range',
        p_prefix || 'end_date must be the date or later, by less than 366 days') end
  ),
  schnittwerk_core.fault(
    p_prefix || 'type',
    (p_holiday).type not in ('public_holiday', 'blackout_date', 'maintenance'), 'unknown_type',
    p_prefix || 'type must be public_holiday, blackout_date or maintenance'),
  schnittwerk_core.text_fault(p_prefix || 'description', (p_holiday).description, 2000, false),
  schnittwerk_core.required_fault(
    p_prefix || 'is_recurring', (p_holiday).is_recurring is null),
  schnittwerk_core.number_fault(
    p_prefix || 'recurring_month', (p_holiday).recurring_month, 1, 12, false),
  schnittwerk_core.fault(
    p_prefix || 'recurring_month',
    (p_holiday).is_recurring is false and (p_holiday).recurring_month is not null,
    'not_recurring', p_prefix || 'recurring_month is for recurring holidays only'),
  schnittwerk_core.fault(
    p_prefix || 'recurring_day',
    coalesce(
      (p_holiday).recurring_day not between 1 and coalesce(
        ('{31,29,31,30,31,30,31,31,30,31,30,31}'::int[])[(p_holiday).recurring_month], 31),
      false
    ),
    'no_such_day',
    format('%srecurring_day: month %s has no day %s',
      p_prefix, (p_holiday).recurring_month, (p_holiday).recurring_day)),
  schnittwerk_core.fault(
    p_prefix || 'recurring_day',
    (p_holiday).is_recurring is false and (p_holiday).recurring_day is not null,
    'not_recurring', p_prefix || 'recurring_day is for recurring holidays only'),
  schnittwerk_core.required_fault(
    p_prefix || 'affects_all_staff', (p_holiday).affects_all_staff is null),
  schnittwerk_core.fault(
    p_prefix || 'staff_ids',
    (p_holiday).affects_all_staff is true and cardinality(p_staff_ids) > 0, 'not_staff_specific',
    p_prefix || 'staff_ids are for holidays with affects_all_staff false only'),
  schnittwerk_core.fault(
    p_prefix || 'staff_ids',
    (p_holiday).affects_all_staff is false and cardinality(p_staff_ids) = 0, 'required',
    p_prefix || 'staff_ids must name the staff of a holiday that does not affect all staff'),
  schnittwerk_core.array_fault(p_prefix || 'staff_ids', p_staff_ids, 1000)
];

comment on function schnittwerk_core.holiday_faults(text, schnittwerk_core.holidays, uuid[]) is
  'The faults of a holiday and the staff linked to it (an empty list = none), by argument names that begin with p_prefix.';

revoke execute on function schnittwerk_core.holiday_faults from public;
-- end include

-- include: sql/calendar/with_recurrence.sql
create function schnittwerk_core.with_recurrence(p_holiday schnittwerk_core.holidays)
returns schnittwerk_core.holidays
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_holiday.is_recurring and isfinite(p_holiday.date) then
    p_holiday.recurring_month :=
      coalesce(p_holiday.recurring_month, extract(month from p_holiday.date)::int);
    p_holiday.recurring_day :=
      coalesce(p_holiday.recurring_day, extract(day from p_holiday.date)::int);
  end if;
  return p_holiday;
end
$$;

comment on function schnittwerk_core.with_recurrence(schnittwerk_core.holidays) is
  'The holiday; if it is recurring and its month and day are not given, with those of its date.';

revoke execute on function schnittwerk_core.with_recurrence from public;
-- end include

-- include: sql/calendar/weekly_windows.sql
create function schnittwerk_core.weekly_windows(p_salon_id uuid, p_staff_id uuid)
returns table (day_of_week int, start_time text, end_time text, availability_type text)
language sql
stable
begin atomic
  select
    a.day_of_week, schnittwerk_core.time_text(a.start_time),
    schnittwerk_core.time_text(a.end_time), a.availability_type
  from schnittwerk_core.staff_availability a
  where a.salon_id = p_salon_id and a.staff_id = p_staff_id
  order by a.day_of_week, a.start_time, a.availability_type;
end;

comment on function schnittwerk_core.weekly_windows(uuid, uuid) is
  'The week of a member of staff in the shape that set_staff_availability takes.';

revoke execute on function schnittwerk_core.weekly_windows from public;
-- end include

-- include: sql/calendar/time_off_json.sql
create function schnittwerk_core.time_off_json(p_time_off schnittwerk_core.staff_timeoff)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_time_off) || jsonb_build_object(
  'start_time', schnittwerk_core.time_text((p_time_off).start_time),
  'end_time', schnittwerk_core.time_text((p_time_off).end_time),
  'created_at', schnittwerk_core.utc_text((p_time_off).created_at)
);

comment on function schnittwerk_core.time_off_json(schnittwerk_core.staff_timeoff) is
  'Time off with all columns, local times as HH:MM, instants in UTC.';

revoke execute on function schnittwerk_core.time_off_json from public;
-- end include

-- include: sql/calendar/special_windows.sql
create function schnittwerk_core.special_windows(p_salon_id uuid, p_from date, p_to date)
returns table (date date, start_time text, end_time text, is_open boolean)
language sql
stable
begin atomic
  select
    h.date,
    case when h.is_open then schnittwerk_core.time_text(h.start_time) end,
    case when h.is_open then schnittwerk_core.time_text(h.end_time) end,
    h.is_open
  from schnittwerk_core.special_hours h
  where h.salon_id = p_salon_id and h.date between p_from and p_to
  order by h.date, h.start_time;
end;

comment on function schnittwerk_core.special_windows(uuid, date, date) is
  'The special hours of the dates from p_from to p_to; a date that is closed has one row without times.';

revoke execute on function schnittwerk_core.special_windows from public;
-- end include

-- include: sql/calendar/business_settings.sql
create function schnittwerk_core.business_settings(p_salon_id uuid)
returns jsonb
language sql
stable
return (
  select jsonb_build_object(
    'opening_hours', (
      select coalesce(jsonb_object_agg(
        d.day_of_week, case when d.window_count = 1 then d.windows -> 0 else d.windows end
      ), '{}')
      from (
        select
          h.day_of_week,
          count(*) as window_count,
          jsonb_agg(jsonb_build_object(
            'is_open', h.is_open,
            'start_time', schnittwerk_core.time_text(h.start_time),
            'end_time', schnittwerk_core.time_text(h.end_time)
          ) order by h.start_time) as windows
        from schnittwerk_core.opening_hours h
        where h.salon_id = s.id
        group by h.day_of_week
      ) d
    ),
    'buffer_time_minutes', s.buffer_time_minutes,
    'max_advance_booking_days', s.max_advance_booking_days,
    'slot_interval_minutes', s.slot_interval_minutes,
    'preferred_hours', jsonb_build_object(
      'start_time', schnittwerk_core.time_text(s.preferred_from),
      'end_time', schnittwerk_core.time_text(s.preferred_until)
    ),
    'quiet_hours', case when s.quiet_from is not null then jsonb_build_object(
      'start_time', schnittwerk_core.time_text(s.quiet_from),
      'end_time', schnittwerk_core.time_text(s.quiet_until)
    ) end,
    'price_rounding', s.price_rounding
  )
  from schnittwerk_core.salon s
  where s.id = p_salon_id
);

comment on function schnittwerk_core.business_settings(uuid) is
  'A salon''s settings in the shape that set_business_settings takes: a weekday with one window as an object, with several as a list.';

revoke execute on function schnittwerk_core.business_settings from public;
-- end include

-- include: sql/calendar/holiday_change_faults.sql
create function schnittwerk_core.holiday_change_faults(p_changes jsonb)
returns jsonb[]
language sql
stable
return schnittwerk_core.object_faults('p_changes', p_changes, (
  '{name,date,end_date,type,description,is_recurring,recurring_month,recurring_day,'
  || 'affects_all_staff,staff_ids}')::text[])
  || array(
    select schnittwerk_core.json_fault('p_changes.' || k.key, p_changes -> k.key, k.type)
    from (
      values
        ('name', 'string'), ('date', 'date'), ('end_date', 'date'), ('type', 'string'),
        ('description', 'string'), ('is_recurring', 'boolean'), ('affects_all_staff', 'boolean'),
        ('staff_ids', 'array')
    ) k (key, type)
    where jsonb_typeof(p_changes) = 'object'
    union all
    select schnittwerk_core.json_number_fault(
      'p_changes.' || k.key, p_changes -> k.key, 1, k.most, false)
    from (values ('recurring_month', 12), ('recurring_day', 31)) k (key, most)
    where jsonb_typeof(p_changes) = 'object'
    union all
    select schnittwerk_core.json_fault(i.path, i.value, 'uuid', true)
    from schnittwerk_core.list_items('p_changes.staff_ids', p_changes -> 'staff_ids') i
  );

comment on function schnittwerk_core.holiday_change_faults(jsonb) is
  'The faults of the changes to a holiday as JSON: unknown keys and values of the wrong type.';

revoke execute on function schnittwerk_core.holiday_change_faults from public;
-- end include

-- include: sql/calendar/weekday_windows.sql
create function schnittwerk_core.weekday_windows(p_opening_hours jsonb)
returns table (day_of_week text, path text, value jsonb)
language sql
stable
parallel safe
begin atomic
  select d.key, coalesce(i.path, p.path), coalesce(i.value, d.value)
  from jsonb_each(
    case when jsonb_typeof(p_opening_hours) = 'object' then p_opening_hours else '{}' end
  ) d (key, value)
  cross join lateral (select 'p_settings.opening_hours.' || left(d.key, 100) as path) p
  left join lateral schnittwerk_core.list_items(p.path, d.value) i on true
  where d.value <> '[]';
end;

comment on function schnittwerk_core.weekday_windows(jsonb) is
  'The windows of an opening_hours object, whose weekdays have one window or a list of them, with their paths.';

revoke execute on function schnittwerk_core.weekday_windows from public;
-- end include

-- include: sql/calendar/quiet_hours_faults.sql
create function schnittwerk_core.quiet_hours_faults(p_path text, p_window jsonb)
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.object_faults(p_path, p_window, '{start_time,end_time}')
  || case when jsonb_typeof(p_window) = 'object' then array[
    schnittwerk_core.json_fault(p_path || '.start_time', p_window -> 'start_time', 'time', true),
    coalesce(
      schnittwerk_core.json_fault(p_path || '.end_time', p_window -> 'end_time', 'time', true),
      schnittwerk_core.fault(
        p_path || '.end_time',
        p_window -> 'start_time' = p_window -> 'end_time'
          or p_window ->> 'start_time' = '00:00' and p_window ->> 'end_time' = '24:00',
        'whole_day', p_path || ' must not be the whole day')
    )
  ] end;

comment on function schnittwerk_core.quiet_hours_faults(text, jsonb) is
  'The faults of quiet hours {"start_time", "end_time"}, which may go past midnight.';

revoke execute on function schnittwerk_core.quiet_hours_faults from public;
-- end include

-- include: sql/calendar/business_settings_faults.sql
create function schnittwerk_core.business_settings_faults(p_settings jsonb)
returns jsonb[]
language sql
stable
return (
  select
    schnittwerk_core.object_faults('p_settings', p_settings, (
      '{opening_hours,buffer_time_minutes,max_advance_booking_days,slot_interval_minutes,'
      || 'preferred_hours,quiet_hours,price_rounding}')::text[])
    || array[
      schnittwerk_core.json_number_fault(
        'p_settings.buffer_time_minutes', s.given -> 'buffer_time_minutes', 0, 1440,
        s.given ? 'buffer_time_minutes'),
      schnittwerk_core.json_number_fault(
        'p_settings.max_advance_booking_days', s.given -> 'max_advance_booking_days', 1, 730,
        false),
      schnittwerk_core.json_number_fault(
        'p_settings.slot_interval_minutes', s.given -> 'slot_interval_minutes', 1, 1440,
        s.given ? 'slot_interval_minutes'),
      schnittwerk_core.json_decimal_fault(
        'p_settings.price_rounding', s.given -> 'price_rounding', 0.01, 100,
        s.given ? 'price_rounding')
    ]
    || case when s.given ? 'preferred_hours' then schnittwerk_core.window_faults(
      'p_settings.preferred_hours', s.given -> 'preferred_hours') end
    || case when s.given -> 'quiet_hours' <> 'null' then
      schnittwerk_core.quiet_hours_faults('p_settings.quiet_hours', s.given -> 'quiet_hours') end
    || case when s.given ? 'opening_hours' then schnittwerk_core.object_faults(
      'p_settings.opening_hours', s.given -> 'opening_hours', '{0,1,2,3,4,5,6}') end
    || array(
      select schnittwerk_core.json_fault(
        'p_settings.opening_hours.' || left(d.key, 100), d.value, 'array')
      from jsonb_each(case when jsonb_typeof(s.given -> 'opening_hours') = 'object'
        then s.given -> 'opening_hours' else '{}' end) d
      where jsonb_typeof(d.value) = 'array'
    )
    || array(
      select f.fault
      from schnittwerk_core.weekday_windows(s.given -> 'opening_hours') w
      cross join lateral unnest(
        -- A closed day need not have hours.
        case when w.value = '{"is_open": false}' then '{}'
          else schnittwerk_core.window_faults(w.path, w.value, '{is_open}') end
        || schnittwerk_core.json_fault(w.path || '.is_open', w.value -> 'is_open', 'boolean')
      ) f (fault)
    )
  from (
    select case when jsonb_typeof(p_settings) = 'object' then p_settings else '{}' end as given
  ) s
);

comment on function schnittwerk_core.business_settings_faults(jsonb) is
  'The faults of business settings as JSON, all at once.';

revoke execute on function schnittwerk_core.business_settings_faults from public;
-- end include

commit;
