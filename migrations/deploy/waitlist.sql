-- Deploy schnittwerk:waitlist

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/waitlist/waitlist.sql
create table schnittwerk_core.waitlist (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  customer_id uuid not null,
  service_id uuid not null,
  staff_id uuid,
  preferred_start_date date not null,
  preferred_end_date date not null,
  preferred_times time[],
  preferred_days int[],
  priority int not null default 0,
  status text not null default 'active',
  notes text,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint waitlist_pkey primary key (salon_id, id),
  constraint waitlist_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id),
  constraint waitlist_service_is_of_the_salon
    foreign key (salon_id, service_id) references schnittwerk_core.services (salon_id, id),
  constraint waitlist_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id),
  constraint waitlist_end_date_is_not_before_start_date
    check (preferred_end_date >= preferred_start_date),
  constraint waitlist_dates_are_from_1900_to_2999
    check (preferred_start_date >= '1900-01-01' and preferred_end_date <= '2999-12-31'),
  constraint waitlist_preferred_days_are_0_to_6
    check (preferred_days <@ '{0,1,2,3,4,5,6}' and cardinality(preferred_days) between 1 and 7),
  constraint waitlist_preferred_times_are_1_to_96
    check (cardinality(preferred_times) between 1 and 96),
  constraint waitlist_priority_is_0_to_10 check (priority between 0 and 10),
  constraint waitlist_status_is_known
    check (status in ('active', 'notified', 'booked', 'cancelled', 'expired')),
  constraint waitlist_notes_are_at_most_2000 check (length(notes) <= 2000)
);

create unique index waitlist_customer_waits_once_for_a_service
  on schnittwerk_core.waitlist (salon_id, customer_id, service_id)
  where status in ('active', 'notified');
create index waitlist_by_customer on schnittwerk_core.waitlist (salon_id, customer_id);
create index waitlist_by_staff on schnittwerk_core.waitlist (salon_id, staff_id);
create index waitlist_best_first
  on schnittwerk_core.waitlist (salon_id, service_id, priority desc, created_at, id);

alter table schnittwerk_core.waitlist enable row level security;

comment on table schnittwerk_core.waitlist is 'Who waits for a service to become free.';
comment on column schnittwerk_core.waitlist.salon_id is 'The salon.';
comment on column schnittwerk_core.waitlist.id is 'Identifies the entry within the salon.';
comment on column schnittwerk_core.waitlist.customer_id is 'Who waits.';
comment on column schnittwerk_core.waitlist.service_id is 'For which service.';
comment on column schnittwerk_core.waitlist.staff_id is 'With whom; null = anyone.';
comment on column schnittwerk_core.waitlist.preferred_start_date is 'First local date wanted.';
comment on column schnittwerk_core.waitlist.preferred_end_date is 'Last local date wanted.';
comment on column schnittwerk_core.waitlist.preferred_times is 'Exact local starts wanted; null = any.';
comment on column schnittwerk_core.waitlist.preferred_days is 'Local weekdays wanted, 0 = Sunday; null = any.';
comment on column schnittwerk_core.waitlist.priority is '0 to 10, higher first; set by staff only.';
comment on column schnittwerk_core.waitlist.status is 'active, notified, booked, cancelled or expired.';
comment on column schnittwerk_core.waitlist.notes is 'Free text.';
comment on column schnittwerk_core.waitlist.created_at is 'Since when they wait.';
comment on column schnittwerk_core.waitlist.updated_at is 'When it was changed last.';

create function schnittwerk_core.waitlist_follows_the_state_machine()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if new.status <> old.status
    and not schnittwerk_core.may_become('waitlist_entry', old.status, new.status)
  then
    raise exception using
      errcode = 'check_violation', constraint = 'waitlist_follows_the_state_machine',
      message = format('A waitlist entry cannot change from %s to %s', old.status, new.status),
      hint = 'schnittwerk_core.status_transition lists what can.';
  end if;
  return new;
end
$$;

comment on function schnittwerk_core.waitlist_follows_the_state_machine() is
  'Refuses a change of status that status_transition does not list, however it is written.';

revoke execute on function schnittwerk_core.waitlist_follows_the_state_machine from public;

create trigger waitlist_follows_the_state_machine
before update of status on schnittwerk_core.waitlist
for each row execute function schnittwerk_core.waitlist_follows_the_state_machine();

create trigger waitlist_touch_updated_at
before update on schnittwerk_core.waitlist
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/waitlist/waitlist_offer.sql
create table schnittwerk_core.waitlist_offer (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  entry_id uuid not null,
  staff_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  price numeric(10, 2) not null,
  status text not null default 'open',
  expires_at timestamptz not null,
  appointment_id uuid,
  created_at timestamptz not null default schnittwerk_core.clock(),
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint waitlist_offer_pkey primary key (salon_id, id),
  constraint waitlist_offer_entry_is_of_the_salon
    foreign key (salon_id, entry_id) references schnittwerk_core.waitlist (salon_id, id),
  constraint waitlist_offer_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id),
  constraint waitlist_offer_appointment_is_of_the_salon
    foreign key (salon_id, appointment_id)
    references schnittwerk_core.appointments (salon_id, id),
  constraint waitlist_offer_is_made_once unique (salon_id, entry_id, staff_id, starts_at),
  constraint waitlist_offer_end_is_after_start check (ends_at > starts_at),
  constraint waitlist_offer_status_is_known
    check (status in ('open', 'accepted', 'declined', 'expired', 'withdrawn')),
  constraint waitlist_offer_accepted_ones_have_an_appointment
    check ((status = 'accepted') = (appointment_id is not null))
);

create unique index waitlist_offer_is_the_only_open_one
  on schnittwerk_core.waitlist_offer (salon_id, entry_id)
  where status = 'open';
create index waitlist_offer_by_staff on schnittwerk_core.waitlist_offer (salon_id, staff_id);
create index waitlist_offer_by_appointment
  on schnittwerk_core.waitlist_offer (salon_id, appointment_id);
create index waitlist_offer_by_creation on schnittwerk_core.waitlist_offer (salon_id, created_at);

alter table schnittwerk_core.waitlist_offer enable row level security;

comment on table schnittwerk_core.waitlist_offer is
  'Every slot that was ever offered to a waitlist entry: nobody is offered the same start twice. An open one is held in occupancy, with the entry''s id as its claim.';
comment on column schnittwerk_core.waitlist_offer.salon_id is 'The salon.';
comment on column schnittwerk_core.waitlist_offer.id is 'Identifies the offer within the salon.';
comment on column schnittwerk_core.waitlist_offer.entry_id is 'To whom.';
comment on column schnittwerk_core.waitlist_offer.staff_id is 'With whom.';
comment on column schnittwerk_core.waitlist_offer.starts_at is 'Start of the slot.';
comment on column schnittwerk_core.waitlist_offer.ends_at is 'Its end.';
comment on column schnittwerk_core.waitlist_offer.price is 'The price when it was offered, in the salon''s currency.';
comment on column schnittwerk_core.waitlist_offer.status is
  'open, accepted, declined, expired or withdrawn; an open one whose expires_at has passed is expired, whether or not it says so yet.';
comment on column schnittwerk_core.waitlist_offer.expires_at is 'Until when the slot is held.';
comment on column schnittwerk_core.waitlist_offer.appointment_id is 'What an accepted one was booked as.';
comment on column schnittwerk_core.waitlist_offer.created_at is 'When it was made.';
comment on column schnittwerk_core.waitlist_offer.updated_at is 'When its status changed last.';

create trigger waitlist_offer_touch_updated_at
before update on schnittwerk_core.waitlist_offer
for each row execute function schnittwerk_core.touch_updated_at();
-- end include

-- include: sql/waitlist/freed_time.sql
create table schnittwerk_core.freed_time (
  salon_id uuid not null,
  staff_id uuid not null,
  during tstzrange not null,
  is_on_grid boolean not null,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint freed_time_pkey primary key (salon_id, staff_id, during, is_on_grid),
  constraint freed_time_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id)
    on delete cascade,
  constraint freed_time_has_a_start_and_an_end
    check (not isempty(during) and not lower_inf(during) and not upper_inf(during))
);

alter table schnittwerk_core.freed_time enable row level security;

comment on table schnittwerk_core.freed_time is
  'Time that became free and is to be offered to the waitlist, for as long as it lies ahead; whether it still is free is looked up when it is offered.';
comment on column schnittwerk_core.freed_time.salon_id is 'The salon.';
comment on column schnittwerk_core.freed_time.staff_id is 'Whose time.';
comment on column schnittwerk_core.freed_time.during is 'The time, [start, end).';
comment on column schnittwerk_core.freed_time.is_on_grid is
  'Whether all starts of the grid within it are offered (days that became free), or its own start only (an appointment that went).';
comment on column schnittwerk_core.freed_time.created_at is 'When it became free.';
-- end include

-- include: sql/waitlist/offer_json.sql
create function schnittwerk_core.offer_json(p_offer schnittwerk_core.waitlist_offer)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_offer) || jsonb_build_object(
  'starts_at', schnittwerk_core.utc_text((p_offer).starts_at),
  'ends_at', schnittwerk_core.utc_text((p_offer).ends_at),
  'expires_at', schnittwerk_core.utc_text((p_offer).expires_at),
  'created_at', schnittwerk_core.utc_text((p_offer).created_at),
  'updated_at', schnittwerk_core.utc_text((p_offer).updated_at)
);

comment on function schnittwerk_core.offer_json(schnittwerk_core.waitlist_offer) is
  'A waitlist offer with all columns, times in UTC.';

revoke execute on function schnittwerk_core.offer_json from public;
-- end include

-- include: sql/waitlist/booking_limit_details.sql
create function schnittwerk_core.booking_limit_details(
  p_salon_id uuid,
  p_customer_id uuid,
  p_starts_at timestamptz,
  p_exclude_entry_id uuid default null,
  p_moved_appointment_id uuid default null
)
returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_policies constant jsonb := schnittwerk_core.effective_policies(p_salon_id);
  v_most_open constant int := (v_policies ->> 'max_open_bookings_per_customer')::numeric;
  v_most_a_day constant int := (v_policies ->> 'max_bookings_per_customer_and_day')::numeric;
  v_time_zone text;
begin
  if v_most_open > 0 and p_moved_appointment_id is null and v_most_open <= (
    select count(*)
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.customer_id = p_customer_id
      and a.starts_at > schnittwerk_core.clock() and a.status in ('pending', 'confirmed')
  ) + (
    select count(*)
    from schnittwerk_core.waitlist w
    join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
    where w.salon_id = p_salon_id and w.customer_id = p_customer_id
      and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
      and w.id is distinct from p_exclude_entry_id
  ) then
    return v_most_open || ' open bookings';
  end if;
  if v_most_a_day > 0 then
    select s.time_zone into v_time_zone from schnittwerk_core.salon s where s.id = p_salon_id;
    if v_most_a_day <= (
      select count(*)
      from schnittwerk_core.appointments a
      where a.salon_id = p_salon_id and a.customer_id = p_customer_id
        and schnittwerk_core.is_live(a.status) and a.id is distinct from p_moved_appointment_id
        and a.starts_at between p_starts_at - interval '2 days' and p_starts_at + interval '2 days'
        and (a.starts_at at time zone v_time_zone)::date
          = (p_starts_at at time zone v_time_zone)::date
    ) then
      return v_most_a_day || ' bookings a day';
    end if;
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.booking_limit_details(uuid, uuid, timestamptz, uuid, uuid) is
  'The limit that keeps a customer from one more booking at a start, in words, or null. Open offers of the waitlist count, but for p_exclude_entry_id''s; who moves p_moved_appointment_id has no more than before, but perhaps on that day.';

revoke execute on function schnittwerk_core.booking_limit_details from public;

create function schnittwerk_core.take_booking_turn(
  p_caller schnittwerk_core.caller,
  p_customer_id uuid,
  p_starts_at timestamptz,
  p_are_rules_waived boolean,
  p_exclude_entry_id uuid default null,
  p_moved_appointment_id uuid default null
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_caller.role = 'service' or p_are_rules_waived
    or p_caller.policies ->> 'max_open_bookings_per_customer' = '0'
    and p_caller.policies ->> 'max_bookings_per_customer_and_day' = '0'
  then
    return null;
  end if;
  -- Whoever is second waits here until the first has booked, and counts after that; a transaction
  -- whose snapshot is older fails, since the row that it updates has changed.
  update schnittwerk_core.customers c
  set booking_turns = c.booking_turns + 1
  where c.salon_id = p_caller.salon_id and c.id = p_customer_id;
  return (
    select format(e.details, l.details)
    from schnittwerk_core.booking_limit_details(
      p_caller.salon_id, p_customer_id, p_starts_at, p_exclude_entry_id, p_moved_appointment_id
    ) l (details)
    join schnittwerk_core.error_code e on e.code = 'booking_limit_reached'
    where l.details is not null
  );
end
$$;

comment on function schnittwerk_core.take_booking_turn(schnittwerk_core.caller, uuid, timestamptz, boolean, uuid, uuid) is
  'Makes bookings for one customer follow one another where the salon limits them, and returns the details of booking_limit_reached, or null. The service is exempt.';

revoke execute on function schnittwerk_core.take_booking_turn from public;
-- end include

-- include: sql/waitlist/waitlist_lock.sql
-- A row and no advisory lock: any login can take one of those, and keep it.
create table schnittwerk_core.waitlist_lock (
  salon_id uuid not null,
  constraint waitlist_lock_pkey primary key (salon_id),
  constraint waitlist_lock_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id) on delete cascade
);

alter table schnittwerk_core.waitlist_lock enable row level security;

comment on table schnittwerk_core.waitlist_lock is
  'One row for each salon, which lock_waitlist locks. Clients cannot reach it.';
comment on column schnittwerk_core.waitlist_lock.salon_id is 'The salon.';

create function schnittwerk_core.begin_waitlist_lock()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.waitlist_lock (salon_id) values (new.id);
  return null;
end
$$;

comment on function schnittwerk_core.begin_waitlist_lock() is
  'Gives a new salon the row that lock_waitlist locks.';

revoke execute on function schnittwerk_core.begin_waitlist_lock from public;

create trigger salon_begin_waitlist_lock
after insert on schnittwerk_core.salon
for each row execute function schnittwerk_core.begin_waitlist_lock();

-- a change is deployed to books that have salons already
insert into schnittwerk_core.waitlist_lock (salon_id)
select s.id from schnittwerk_core.salon s;
-- end include

-- include: sql/waitlist/lock_waitlist.sql
create function schnittwerk_core.lock_waitlist(p_salon_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.waitlist_lock l
  where l.salon_id = p_salon_id
  for no key update;
end
$$;

comment on function schnittwerk_core.lock_waitlist(uuid) is
  'Lets one transaction at a time deal with a salon''s entries and offers, so that nobody is offered two slots and two writers never wait for each other''s entries. Always after lock_resources.';

revoke execute on function schnittwerk_core.lock_waitlist from public;
-- end include

-- include: sql/waitlist/waits_for.sql
create function schnittwerk_core.waits_for(
  p_entry schnittwerk_core.waitlist,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_time_zone text
)
returns boolean
language sql
stable
parallel safe
return (
  select coalesce((p_entry).staff_id = p_staff_id, true)
    and l.starts_at::date between (p_entry).preferred_start_date and (p_entry).preferred_end_date
    and coalesce(extract(dow from l.starts_at)::int = any ((p_entry).preferred_days), true)
    and coalesce(l.starts_at::time = any ((p_entry).preferred_times), true)
  from (select p_starts_at at time zone p_time_zone as starts_at) l
);

comment on function schnittwerk_core.waits_for(schnittwerk_core.waitlist, uuid, timestamptz, text) is
  'Whether a start with a member of staff is one that a waitlist entry asks for: staff, local date, weekday and time.';

revoke execute on function schnittwerk_core.waits_for from public;
-- end include

-- include: sql/waitlist/open_offer.sql
create function schnittwerk_core.open_offer(p_salon_id uuid, p_entry_id uuid)
returns schnittwerk_core.waitlist_offer
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer schnittwerk_core.waitlist_offer;
begin
  select o.* into v_offer
  from schnittwerk_core.waitlist_offer o
  where o.salon_id = p_salon_id and o.entry_id = p_entry_id
    and o.status = 'open' and o.expires_at > schnittwerk_core.clock();
  return v_offer;
end
$$;

comment on function schnittwerk_core.open_offer(uuid, uuid) is
  'The offer that a waitlist entry can accept now; null where there is none.';

revoke execute on function schnittwerk_core.open_offer from public;
-- end include

-- include: sql/waitlist/end_offer.sql
create function schnittwerk_core.end_offer(
  p_offer schnittwerk_core.waitlist_offer,
  p_status text,
  p_entry_status text,
  p_appointment_id uuid default null
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.waitlist_offer o
  set status = p_status, appointment_id = p_appointment_id
  where o.salon_id = p_offer.salon_id and o.id = p_offer.id;
  update schnittwerk_core.waitlist w
  set status = p_entry_status
  where w.salon_id = p_offer.salon_id and w.id = p_offer.entry_id;
  delete from schnittwerk_core.occupancy o
  where o.salon_id = p_offer.salon_id and o.claim_id = p_offer.entry_id
    and o.resource_id = p_offer.staff_id;
end
$$;

comment on function schnittwerk_core.end_offer(schnittwerk_core.waitlist_offer, text, text, uuid) is
  'Ends an open offer as p_status, gives its entry p_entry_status, and lets go of the time that it held. The waitlist is locked.';

revoke execute on function schnittwerk_core.end_offer from public;
-- end include

-- include: sql/waitlist/waiting_entries.sql
create function schnittwerk_core.waiting_entries(p_salon_id uuid)
returns setof schnittwerk_core.waitlist
language sql
stable
begin atomic
  select w.*
  from schnittwerk_core.waitlist w
  where w.salon_id = p_salon_id and w.status in ('active', 'notified')
    and not exists (
      select from schnittwerk_core.waitlist_offer o
      where o.salon_id = w.salon_id and o.entry_id = w.id
        and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
    );
end;

comment on function schnittwerk_core.waiting_entries(uuid) is
  'The entries that can be offered a slot: those that wait and have no open offer; one that has expired is none, whether or not it says so yet.';

revoke execute on function schnittwerk_core.waiting_entries from public;
-- end include

-- include: sql/waitlist/wanted_slots.sql
create function schnittwerk_core.wanted_slots(
  p_calendar schnittwerk_core.salon_calendar, p_staff_ids uuid[], p_until timestamptz
)
returns table (
  entry_id uuid,
  service_id uuid,
  staff_id uuid,
  starts_at timestamptz,
  ends_at timestamptz
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_last constant timestamptz := least(p_until, p_calendar.latest_start);
  -- a start that leaves no time to answer is not offered
  v_window constant tstzrange := case when p_calendar.earliest_start < v_last
    then tstzrange(p_calendar.earliest_start, v_last, '(]') else 'empty' end;
begin
  return query
  with freed as (
    select
      f.staff_id, f.is_on_grid,
      range_agg(case when f.is_on_grid then f.during
        else tstzrange(lower(f.during), lower(f.during), '[]') end)
        * tstzmultirange(v_window) as starts_within
    from schnittwerk_core.freed_time f
    where f.salon_id = p_calendar.salon_id and f.staff_id = any (p_staff_ids)
      and f.during && v_window
    group by f.staff_id, f.is_on_grid
  ),
  slot as (
    select v.service_id, s.staff_id, s.starts_at, s.ends_at
    from (
      select
        f.staff_id, f.starts_within,
        (lower(f.starts_within) at time zone p_calendar.time_zone)::date as first_date,
        (upper(f.starts_within) at time zone p_calendar.time_zone)::date as last_date
      from freed f
      where f.is_on_grid and not isempty(f.starts_within)
    ) g
    -- month by month: a search finds most_rows() at most, and one a minute are 44640
    cross join lateral generate_series(0, g.last_date - g.first_date, 31) d (n)
    cross join (
      select distinct w.service_id from schnittwerk_core.waiting_entries(p_calendar.salon_id) w
    ) v
    cross join lateral schnittwerk_core.find_slots(
      v.service_id, g.first_date + d.n, least(g.first_date + d.n + 30, g.last_date),
      g.staff_id, null, null, p_calendar.salon_id
    ) s
    where g.starts_within @> s.starts_at
    union
    select
      w.service_id, t.staff_id, s.starts_at,
      s.starts_at + make_interval(mins => t.duration_minutes)
    from freed f
    cross join lateral unnest(f.starts_within) r (own_start)
    cross join lateral (select lower(r.own_start) as starts_at) s
    cross join lateral (
      select distinct w.service_id
      from schnittwerk_core.waiting_entries(p_calendar.salon_id) w
      where schnittwerk_core.waits_for(w, f.staff_id, s.starts_at, p_calendar.time_zone)
    ) w
    cross join lateral schnittwerk_core.service_terms(
      p_calendar.salon_id, w.service_id, array[f.staff_id], p_calendar.policies,
      p_calendar.buffer_time_minutes
    ) t
    where not f.is_on_grid and t.is_offered
  )
  select w.id, s.service_id, s.staff_id, s.starts_at, s.ends_at
  from slot s
  join schnittwerk_core.waiting_entries(p_calendar.salon_id) w
    on w.service_id = s.service_id
    and schnittwerk_core.waits_for(w, s.staff_id, s.starts_at, p_calendar.time_zone)
  where not exists (
    select from schnittwerk_core.waitlist_offer o
    where o.salon_id = w.salon_id and o.entry_id = w.id
      and o.staff_id = s.staff_id and o.starts_at = s.starts_at
  )
  order by s.starts_at, w.priority desc, w.created_at, w.id, s.staff_id;
end
$$;

comment on function schnittwerk_core.wanted_slots(schnittwerk_core.salon_calendar, uuid[], timestamptz) is
  'Which starts until p_until of the freed time of the staff given are whose wish, in the order in which they are to be offered: earliest start, then priority, then who waits longest, then id; never what the entry was offered before. Whether a start can be booked is yet to be judged.';

revoke execute on function schnittwerk_core.wanted_slots from public;
-- end include

-- include: sql/waitlist/offer_freed_time.sql
create function schnittwerk_core.offer_freed_time(p_salon_id uuid, p_staff_ids uuid[])
returns int
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_policies jsonb;
  v_until timestamptz;
  v_calendar schnittwerk_core.salon_calendar;
  v_wanted record;
  v_verdict schnittwerk_core.verdict;
  v_offer schnittwerk_core.waitlist_offer;
  v_waiting int;
  v_offered uuid[] := array[]::uuid[];
begin
  -- whoever joins at this moment is seen by process_waitlist
  if not exists (select from schnittwerk_core.waiting_entries(p_salon_id)) then
    return 0;
  end if;
  v_policies := schnittwerk_core.effective_policies(p_salon_id);
  v_until := schnittwerk_core.clock() + make_interval(
    secs => 3600 * (v_policies ->> 'waitlist_notification_hours')::float8);
  if not exists (
    select from schnittwerk_core.freed_time f
    where f.salon_id = p_salon_id and f.staff_id = any (p_staff_ids)
      and f.during && tstzrange(schnittwerk_core.clock(), v_until, '[]')
  ) then
    return 0;
  end if;

  perform schnittwerk_core.lock_waitlist(p_salon_id);
  v_calendar := schnittwerk_core.salon_calendar(
    p_salon_id,
    (schnittwerk_core.clock() at time zone 'UTC')::date - 1,
    (v_until at time zone 'UTC')::date + 1
  );
  select count(*) into v_waiting from schnittwerk_core.waiting_entries(p_salon_id);
  for v_wanted in
    select w.* from schnittwerk_core.wanted_slots(v_calendar, p_staff_ids, v_until) w
  loop
    exit when cardinality(v_offered) = v_waiting;
    continue when v_wanted.entry_id = any (v_offered) or exists (
      -- a shortcut only: the rules say so too
      select from schnittwerk_core.occupancy o
      where o.salon_id = p_salon_id and o.resource_id = v_wanted.staff_id
        and o.during && tstzrange(v_wanted.starts_at, v_wanted.ends_at)
        and (o.expires_at is null or o.expires_at > v_calendar.read_at)
    );
    select j.* into v_verdict
    from schnittwerk_core.judge_slot(
      schnittwerk_core.calendar_at(p_salon_id, v_wanted.starts_at), v_wanted.service_id,
      array[v_wanted.staff_id], v_wanted.starts_at) j;
    continue when v_verdict.failures <> '{}';

    select o.* into v_offer
    from schnittwerk_core.waitlist_offer o
    where o.salon_id = p_salon_id and o.entry_id = v_wanted.entry_id and o.status = 'open';
    if found then
      perform schnittwerk_core.end_offer(v_offer, 'expired', 'active');
    end if;

    insert into schnittwerk_core.waitlist_offer as o (
      salon_id, entry_id, staff_id, starts_at, ends_at, price, expires_at
    )
    values (
      p_salon_id, v_wanted.entry_id, v_verdict.staff_id, v_verdict.starts_at, v_verdict.ends_at,
      v_verdict.price,
      least(
        schnittwerk_core.clock()
          + make_interval(mins => (v_policies ->> 'waitlist_offer_minutes')::numeric::int),
        v_verdict.starts_at - (v_calendar.earliest_start - schnittwerk_core.clock())
      )
    )
    returning o.* into v_offer;
    perform schnittwerk_core.claim_time(
      p_salon_id, v_offer.entry_id, v_offer.staff_id,
      schnittwerk_core.buffered_range(
        v_offer.starts_at, v_offer.ends_at, v_verdict.buffer_before_minutes,
        v_verdict.buffer_after_minutes),
      v_offer.expires_at
    );
    update schnittwerk_core.waitlist w
    set status = 'notified'
    where w.salon_id = p_salon_id and w.id = v_offer.entry_id;
    v_offered := v_offered || v_offer.entry_id;
  end loop;
  return cardinality(v_offered);
end
$$;

comment on function schnittwerk_core.offer_freed_time(uuid, uuid[]) is
  'Offers the freed time of the staff given, as far as it starts within waitlist_notification_hours, to whoever waits for it, and returns how many offers it made. Each is held for waitlist_offer_minutes, never past the start minus notice. The staff''s time is locked.';

revoke execute on function schnittwerk_core.offer_freed_time from public;
-- end include

-- include: sql/waitlist/free_appointment.sql
create function schnittwerk_core.free_appointment(p_appointment schnittwerk_core.appointments)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_appointment.starts_at > schnittwerk_core.clock() then
    insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
    values (
      p_appointment.salon_id, p_appointment.staff_id,
      tstzrange(p_appointment.starts_at, p_appointment.ends_at), false
    )
    on conflict on constraint freed_time_pkey do nothing;
    perform schnittwerk_core.offer_freed_time(
      p_appointment.salon_id, array[p_appointment.staff_id]);
  end if;
end
$$;

comment on function schnittwerk_core.free_appointment(schnittwerk_core.appointments) is
  'Offers to the waitlist the time at which an appointment was, now that it is not there any more. Its staff''s time is locked.';

revoke execute on function schnittwerk_core.free_appointment from public;
-- end include

-- include: sql/waitlist/free_days.sql
create function schnittwerk_core.free_days(
  p_salon_id uuid, p_staff_ids uuid[], p_during tstzmultirange
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
  select p_salon_id, s.staff_id, d.during, true
  from unnest(p_staff_ids) s (staff_id)
  cross join unnest(
    p_during * tstzmultirange(tstzrange(schnittwerk_core.clock(), null))
  ) d (during)
  on conflict on constraint freed_time_pkey do nothing;
  perform schnittwerk_core.offer_freed_time(p_salon_id, p_staff_ids);
end
$$;

comment on function schnittwerk_core.free_days(uuid, uuid[], tstzmultirange) is
  'Offers to the waitlist what is open again of the staff''s time after a closure or absence went. Their time is locked.';

revoke execute on function schnittwerk_core.free_days from public;
-- end include

-- include: sql/waitlist/waitlist_json.sql
create function schnittwerk_core.waitlist_json(p_entry schnittwerk_core.waitlist)
returns jsonb
language sql
stable
return to_jsonb(p_entry) || jsonb_build_object(
  -- a notified one whose offer has expired waits, whether or not it says so yet
  'status', case
    when (p_entry).status = 'notified'
      and (schnittwerk_core.open_offer((p_entry).salon_id, (p_entry).id)).id is null then 'active'
    else (p_entry).status
  end,
  'preferred_times', (
    select jsonb_agg(schnittwerk_core.time_text(t.time) order by t.time)
    from unnest((p_entry).preferred_times) t (time)
  ),
  'created_at', schnittwerk_core.utc_text((p_entry).created_at),
  'updated_at', schnittwerk_core.utc_text((p_entry).updated_at),
  'offer', (
    select jsonb_build_object(
      'id', o.id,
      'staff_id', o.staff_id,
      'starts_at', schnittwerk_core.utc_text(o.starts_at),
      'ends_at', schnittwerk_core.utc_text(o.ends_at),
      'price', o.price,
      'expires_at', schnittwerk_core.utc_text(o.expires_at)
    )
    from schnittwerk_core.open_offer((p_entry).salon_id, (p_entry).id) o
    where o.id is not null
  )
);

comment on function schnittwerk_core.waitlist_json(schnittwerk_core.waitlist) is
  'A waitlist entry with all columns and its open offer, times in UTC, local times as HH:MM.';

revoke execute on function schnittwerk_core.waitlist_json from public;
-- end include

-- include: sql/waitlist/waitlist_faults.sql
create function schnittwerk_core.waitlist_faults(
  p_prefix text, p_entry schnittwerk_core.waitlist
)
returns jsonb[]
language sql
stable
return array[
  schnittwerk_core.date_fault(p_prefix || 'preferred_start_date', (p_entry).preferred_start_date),
  coalesce(
    schnittwerk_core.date_fault(p_prefix || 'preferred_end_date', (p_entry).preferred_end_date),
    -- an infinite date cannot be subtracted
    case when isfinite((p_entry).preferred_start_date) and isfinite((p_entry).preferred_end_date)
      then schnittwerk_core.fault(
        p_prefix || 'preferred_end_date',
        (p_entry).preferred_end_date - (p_entry).preferred_start_date not between 0 and 730,
        'out_of_range',
        p_prefix || 'preferred_end_date must be the first date or later, by at most 730 days') end
  ),
  coalesce(
    schnittwerk_core.array_fault(
      p_prefix || 'preferred_times', (p_entry).preferred_times, 96),
    schnittwerk_core.fault(
      p_prefix || 'preferred_times',
      (p_entry).preferred_times is not null and (
        cardinality((p_entry).preferred_times) = 0
        or exists (
          select from unnest((p_entry).preferred_times) t (time)
          where extract(second from t.time) <> 0 or t.time = '24:00'
        )
      ),
      'out_of_range', p_prefix || 'preferred_times must be 1 to 96 local starts, whole minutes')
  ),
  coalesce(
    schnittwerk_core.array_fault(
      p_prefix || 'preferred_days', (p_entry).preferred_days, 7),
    schnittwerk_core.fault(
      p_prefix || 'preferred_days',
      (p_entry).preferred_days is not null and (
        cardinality((p_entry).preferred_days) = 0
        or exists (
          select from unnest((p_entry).preferred_days) d (day)
          where d.day not between 0 and 6
        )
      ),
      'out_of_range', p_prefix || 'preferred_days must be 1 to 7 weekdays from 0 (Sunday) to 6')
  ),
  schnittwerk_core.number_fault(p_prefix || 'priority', (p_entry).priority, 0, 10),
  schnittwerk_core.text_fault(p_prefix || 'notes', (p_entry).notes, 2000, false)
];

comment on function schnittwerk_core.waitlist_faults(text, schnittwerk_core.waitlist) is
  'The faults of a waitlist entry, by argument names that begin with p_prefix.';

revoke execute on function schnittwerk_core.waitlist_faults from public;
-- end include

-- include: sql/waitlist/expire_entry.sql
create function schnittwerk_core.expire_entry(p_entry schnittwerk_core.waitlist)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer schnittwerk_core.waitlist_offer;
begin
  select o.* into v_offer
  from schnittwerk_core.waitlist_offer o
  where o.salon_id = p_entry.salon_id and o.entry_id = p_entry.id and o.status = 'open';
  perform schnittwerk_core.lock_resources(p_entry.salon_id, array[v_offer.staff_id]);
  perform schnittwerk_core.lock_waitlist(p_entry.salon_id);
  perform schnittwerk_core.end_offer(o, 'expired', 'active')
  from schnittwerk_core.waitlist_offer o
  where o.salon_id = p_entry.salon_id and o.id = v_offer.id
    and o.status = 'open' and o.expires_at <= schnittwerk_core.clock();
  update schnittwerk_core.waitlist w
  set status = 'expired'
  where w.salon_id = p_entry.salon_id and w.id = p_entry.id and w.status = 'active'
    and w.preferred_end_date < schnittwerk_core.local_today(w.salon_id);
end
$$;

comment on function schnittwerk_core.expire_entry(schnittwerk_core.waitlist) is
  'Writes that a waitlist entry has expired, as process_waitlist does, where its dates have passed and no offer is open.';

revoke execute on function schnittwerk_core.expire_entry from public;
-- end include

-- include: sql/waitlist/begin_entry_change.sql
create function schnittwerk_core.begin_entry_change(
  p_operation_type text,
  p_idempotency_key text,
  p_entry_id uuid,
  p_salon_id uuid,
  p_changes jsonb default null,
  out caller schnittwerk_core.caller,
  out operation schnittwerk_core.booking_operations,
  out entry schnittwerk_core.waitlist,
  out answer jsonb
)
returns record
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_key constant text := schnittwerk_core.effective_key(p_idempotency_key);
  v_claim record;
  v_detail text;
begin
  begin
    caller := schnittwerk_core.enter(p_salon_id, '{admin,receptionist,staff,customer}');
    if p_changes ? 'priority' and not schnittwerk_core.is_of_salon(caller) then
      perform schnittwerk_core.refuse('forbidden', 'Only the salon''s people set a priority');
    end if;
    perform schnittwerk_core.require_valid(variadic array[
      schnittwerk_core.key_fault(v_key),
      schnittwerk_core.required_fault('p_entry_id', p_entry_id is null)
    ] || case when p_operation_type = 'update_waitlist_entry'
      then schnittwerk_core.waitlist_change_faults(p_changes) end);
  exception when sqlstate 'PT000' then
    get stacked diagnostics v_detail = pg_exception_detail;
    answer := schnittwerk_core.failure(sqlerrm, v_detail);
    return;
  end;

  v_claim := schnittwerk_core.claim_operation(
    caller, p_operation_type, v_key, jsonb_build_array(p_entry_id, p_changes), null);
  if v_claim.answer is not null then
    answer := v_claim.answer;
    return;
  end if;
  operation := v_claim.operation;

  select w.* into entry
  from schnittwerk_core.waitlist w
  where w.salon_id = caller.salon_id and w.id = p_entry_id
    and schnittwerk_core.may_know_customer(caller, w.customer_id);
  if not found then
    answer := schnittwerk_core.abandon_operation(operation, 'There is no such waitlist entry');
  end if;
  operation.customer_id := entry.customer_id;
  -- before the time and the waitlist, since who accepts an offer refers to them after those
  perform schnittwerk_core.hold_customer(entry.salon_id, entry.customer_id);
end
$$;

comment on function schnittwerk_core.begin_entry_change(text, text, uuid, uuid, jsonb) is
  'Begins a keyed change of a waitlist entry: who may (a customer their own only), the arguments'' faults, the key. Either answer is set, and is to be returned, or the entry is to be locked by lock_entry and the operation ended by end_operation.';

revoke execute on function schnittwerk_core.begin_entry_change from public;
-- end include

-- include: sql/waitlist/lock_entry.sql
create function schnittwerk_core.lock_entry(
  inout entry schnittwerk_core.waitlist,
  out offer schnittwerk_core.waitlist_offer
)
returns record
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer constant schnittwerk_core.waitlist_offer :=
    schnittwerk_core.open_offer(entry.salon_id, entry.id);
begin
  perform schnittwerk_core.lock_resources(entry.salon_id, array[v_offer.staff_id]);
  perform schnittwerk_core.lock_waitlist(entry.salon_id);
  select w.* into entry
  from schnittwerk_core.waitlist w
  where w.salon_id = entry.salon_id and w.id = entry.id
  for no key update;
  offer := schnittwerk_core.open_offer(entry.salon_id, entry.id);
  -- one that was made meanwhile is not the one that the caller knows of
  if offer.id is distinct from v_offer.id then
    offer := null;
  end if;
end
$$;

comment on function schnittwerk_core.lock_entry(schnittwerk_core.waitlist) is
  'Locks the time that a waitlist entry is offered, the waitlist and the entry, in this order, and returns the entry as it is then, with its open offer or null.';

revoke execute on function schnittwerk_core.lock_entry from public;
-- end include

-- include: sql/waitlist/waitlist_change_faults.sql
create function schnittwerk_core.waitlist_change_faults(p_changes jsonb)
returns jsonb[]
language sql
stable
return schnittwerk_core.object_faults('p_changes', p_changes, (
  '{staff_id,preferred_start_date,preferred_end_date,preferred_times,preferred_days,priority,'
  || 'notes}')::text[])
  || array(
    select schnittwerk_core.json_fault('p_changes.' || k.key, p_changes -> k.key, k.type)
    from (
      values
        ('staff_id', 'uuid'), ('preferred_start_date', 'date'), ('preferred_end_date', 'date'),
        ('preferred_times', 'array'), ('preferred_days', 'array'), ('notes', 'string')
    ) k (key, type)
    where jsonb_typeof(p_changes) = 'object'
    union all
    select schnittwerk_core.json_number_fault(
      'p_changes.priority', p_changes -> 'priority', 0, 10, p_changes ? 'priority')
    where jsonb_typeof(p_changes) = 'object'
    union all
    select schnittwerk_core.json_fault(i.path, i.value, 'time', true)
    from schnittwerk_core.list_items('p_changes.preferred_times', p_changes -> 'preferred_times') i
    union all
    select schnittwerk_core.json_number_fault(i.path, i.value, 0, 6)
    from schnittwerk_core.list_items('p_changes.preferred_days', p_changes -> 'preferred_days') i
  );

comment on function schnittwerk_core.waitlist_change_faults(jsonb) is
  'The faults of the changes to a waitlist entry as JSON: unknown keys and values of the wrong type.';

revoke execute on function schnittwerk_core.waitlist_change_faults from public;
-- end include

commit;
