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
  on schnittwerk_core.waitlist (salon_id, service_id, status, priority desc, created_at, id);

alter table schnittwerk_core.waitlist enable row level security;

comment on table schnittwerk_core.waitlist is 'The customers who wait for a slot of a service.';
comment on column schnittwerk_core.waitlist.salon_id is 'The salon.';
comment on column schnittwerk_core.waitlist.id is 'Identifies the entry within the salon.';
comment on column schnittwerk_core.waitlist.customer_id is 'The customer who waits.';
comment on column schnittwerk_core.waitlist.service_id is 'The service that they wait for.';
comment on column schnittwerk_core.waitlist.staff_id is 'The member of staff wanted; null = anyone.';
comment on column schnittwerk_core.waitlist.preferred_start_date is 'First local date wanted.';
comment on column schnittwerk_core.waitlist.preferred_end_date is 'Last local date wanted.';
comment on column schnittwerk_core.waitlist.preferred_times is 'Exact local starts wanted; null = any.';
comment on column schnittwerk_core.waitlist.preferred_days is 'Local weekdays wanted, 0 = Sunday; null = any.';
comment on column schnittwerk_core.waitlist.priority is '0 to 10, higher first. Only the salon team sets it.';
comment on column schnittwerk_core.waitlist.status is 'active, notified, booked, cancelled or expired.';
comment on column schnittwerk_core.waitlist.notes is 'Free text.';
comment on column schnittwerk_core.waitlist.created_at is 'Since when they wait.';
comment on column schnittwerk_core.waitlist.updated_at is 'When it last changed.';

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
      hint = 'schnittwerk_core.status_transition lists the possible changes.';
  end if;
  return new;
end
$$;

comment on function schnittwerk_core.waitlist_follows_the_state_machine() is
  'Refuses changes of status that status_transition does not list, also from direct SQL.';

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
  price_details jsonb,
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
  'Every slot ever offered to a waitlist entry. may_be_offered ensures that no customer is offered the same start of a service twice. Occupancy holds the time of an open offer, with the entry''s id as the claim.';
comment on column schnittwerk_core.waitlist_offer.salon_id is 'The salon.';
comment on column schnittwerk_core.waitlist_offer.id is 'Identifies the offer within the salon.';
comment on column schnittwerk_core.waitlist_offer.entry_id is 'The entry that it was offered to.';
comment on column schnittwerk_core.waitlist_offer.staff_id is 'The member of staff.';
comment on column schnittwerk_core.waitlist_offer.starts_at is 'Start of the slot.';
comment on column schnittwerk_core.waitlist_offer.ends_at is 'Its end.';
comment on column schnittwerk_core.waitlist_offer.price is 'The price when it was offered, in the salon''s currency.';
comment on column schnittwerk_core.waitlist_offer.price_details is
  'How the price came about; see appointments.';
comment on column schnittwerk_core.waitlist_offer.status is
  'open, accepted, declined, expired or withdrawn. An open offer whose expires_at has passed counts as expired, even before process_waitlist writes it.';
comment on column schnittwerk_core.waitlist_offer.expires_at is 'When the slot stops being held.';
comment on column schnittwerk_core.waitlist_offer.appointment_id is 'The appointment that an accepted offer became.';
comment on column schnittwerk_core.waitlist_offer.created_at is 'When it was made.';
comment on column schnittwerk_core.waitlist_offer.updated_at is 'When its status last changed.';

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
  'Future time that became free and is to be offered to the waitlist. Whether it is still free is checked when it is offered.';
comment on column schnittwerk_core.freed_time.salon_id is 'The salon.';
comment on column schnittwerk_core.freed_time.staff_id is 'Whose time.';
comment on column schnittwerk_core.freed_time.during is 'The time, [start, end).';
comment on column schnittwerk_core.freed_time.is_on_grid is
  'true: only starts of the grid are offered (gained open time); false: its own start is offered first (a cancelled or moved appointment).';
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

-- include: sql/waitlist/held_slots.sql
create function schnittwerk_core.held_slots(
  p_salon_id uuid, p_customer_id uuid, p_exclude_claim_ids uuid[] default '{}'
)
returns table (claim_id uuid, starts_at timestamptz, ends_at timestamptz)
language sql
stable
begin atomic
  select w.id, o.starts_at, o.ends_at
  from schnittwerk_core.waitlist w
  join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
  where w.salon_id = p_salon_id and w.customer_id = p_customer_id
    and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
    and w.id <> all (p_exclude_claim_ids)
  union all
  select h.id, h.starts_at, h.ends_at
  from schnittwerk_core.hold h
  where h.salon_id = p_salon_id and h.customer_id = p_customer_id
    and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
    and h.id <> all (p_exclude_claim_ids);
end;

comment on function schnittwerk_core.held_slots(uuid, uuid, uuid[]) is
  'The slots that a customer can still take: the open offers to them and their open holds, without the claims p_exclude_claim_ids (a waitlist entry''s id or a hold''s). Each counts as a booking.';

revoke execute on function schnittwerk_core.held_slots from public;
-- end include

-- include: sql/waitlist/offered_resources.sql
create function schnittwerk_core.offered_resources(
  p_salon_id uuid, p_customer_id uuid, p_entry_id uuid default null
)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    with offer as (
      select o.staff_id, o.entry_id
      from schnittwerk_core.waitlist w
      join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
      where w.salon_id = p_salon_id and w.customer_id = p_customer_id and o.status = 'open'
        and coalesce(w.id = p_entry_id, true)
    )
    select o.staff_id
    from offer o
    union
    select mate.id
    from offer o
    join schnittwerk_core.occupancy c on c.salon_id = p_salon_id and c.claim_id = o.entry_id
    join schnittwerk_core.unit u on u.salon_id = c.salon_id and u.id = c.resource_id
    join schnittwerk_core.unit mate on mate.salon_id = u.salon_id and mate.pool = u.pool
  );
end
$$;

comment on function schnittwerk_core.offered_resources(uuid, uuid, uuid) is
  'The staff whose time the offers to a customer (p_entry_id: to one of their entries) hold, including expired offers that have not been ended yet, and all units of the pools of which they hold any. Callers lock these before the entries.';

revoke execute on function schnittwerk_core.offered_resources from public;
-- end include

-- include: sql/waitlist/open_bookings.sql
create function schnittwerk_core.open_bookings(
  p_salon_id uuid, p_customer_id uuid, p_exclude_claim_ids uuid[] default '{}'
)
returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select count(distinct coalesce(a.visit_id, a.id))
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.customer_id = p_customer_id
      and a.starts_at > schnittwerk_core.clock() and a.status in ('pending', 'confirmed')
  ) + (
    select count(*)
    from schnittwerk_core.held_slots(p_salon_id, p_customer_id, p_exclude_claim_ids)
  );
end
$$;

comment on function schnittwerk_core.open_bookings(uuid, uuid, uuid[]) is
  'How many future bookings a customer has, a visit counting as one, including the slots held for them (held_slots).';

revoke execute on function schnittwerk_core.open_bookings from public;
-- end include

-- include: sql/waitlist/booking_limit_details.sql
create function schnittwerk_core.booking_limit_details(
  p_salon_id uuid,
  p_customer_id uuid,
  p_starts_at timestamptz,
  p_exclude_claim_ids uuid[] default '{}',
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
  v_limit text;
begin
  if v_most_open > 0 and p_moved_appointment_id is null
    and schnittwerk_core.open_bookings(p_salon_id, p_customer_id, p_exclude_claim_ids)
      >= v_most_open
  then
    v_limit := v_most_open || ' open bookings';
  elsif v_most_a_day > 0 then
    select s.time_zone into v_time_zone from schnittwerk_core.salon s where s.id = p_salon_id;
    if v_most_a_day <= (
      select count(distinct b.booking_id)
      from (
        select coalesce(a.visit_id, a.id) as booking_id, a.starts_at
        from schnittwerk_core.appointments a
        where a.salon_id = p_salon_id and a.customer_id = p_customer_id
          and schnittwerk_core.is_live(a.status)
          and (p_moved_appointment_id in (a.id, a.visit_id)) is not true
          and a.starts_at between p_starts_at - interval '2 days' and p_starts_at + interval '2 days'
        union all
        select s.claim_id, s.starts_at
        from schnittwerk_core.held_slots(p_salon_id, p_customer_id, p_exclude_claim_ids) s
      ) b
      where (b.starts_at at time zone v_time_zone)::date
        = (p_starts_at at time zone v_time_zone)::date
    ) then
      v_limit := v_most_a_day || ' bookings a day';
    end if;
  end if;
  return (
    select format(e.details, v_limit)
    from schnittwerk_core.error_code e
    where e.code = 'booking_limit_reached' and v_limit is not null
  );
end
$$;

comment on function schnittwerk_core.booking_limit_details(uuid, uuid, timestamptz, uuid[], uuid) is
  'The details of booking_limit_reached if a limit keeps a customer from one more booking at a start, else null. A visit counts as one booking. Open offers and holds count, except the claims p_exclude_claim_ids. Moving p_moved_appointment_id, an appointment or a visit, can only exceed the limit of the day.';

revoke execute on function schnittwerk_core.booking_limit_details from public;
-- end include

-- include: sql/waitlist/take_booking_turn.sql
create function schnittwerk_core.take_booking_turn(
  p_caller schnittwerk_core.caller,
  p_customer_id uuid,
  p_starts_at timestamptz,
  p_are_rules_waived boolean,
  p_exclude_claim_ids uuid[] default '{}',
  p_moved_appointment_id uuid default null
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_has_limits constant boolean := p_caller.role <> 'service' and (
    p_caller.policies ->> 'max_open_bookings_per_customer' <> '0'
    or p_caller.policies ->> 'max_bookings_per_customer_and_day' <> '0'
  );
begin
  if p_are_rules_waived or not (
    v_has_limits or (p_caller.policies -> 'prevent_customer_overlap')::boolean
  ) then
    return null;
  end if;
  perform schnittwerk_core.take_turn(p_caller.salon_id, p_customer_id);
  return case when v_has_limits then schnittwerk_core.booking_limit_details(
    p_caller.salon_id, p_customer_id, p_starts_at, p_exclude_claim_ids, p_moved_appointment_id
  ) end;
end
$$;

comment on function schnittwerk_core.take_booking_turn(schnittwerk_core.caller, uuid, timestamptz, boolean, uuid[], uuid) is
  'Serialises the bookings for one customer if the salon limits them or prevents that they overlap, and returns the details of booking_limit_reached, or null. The service is exempt from the limits.';

revoke execute on function schnittwerk_core.take_booking_turn from public;
-- end include

-- include: sql/waitlist/full_days.sql
create function schnittwerk_core.full_days(
  p_salon_id uuid, p_customer_id uuid, p_from date, p_until date, p_moved_appointment_id uuid
)
returns tstzmultirange
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select coalesce(range_agg(d.during), '{}')
    from schnittwerk_core.salon s
    cross join lateral unnest(
      schnittwerk_core.zone_offsets(s.time_zone, p_from, p_until)) o
    cross join generate_series(0, p_until - p_from) i (n)
    cross join lateral (
      select schnittwerk_core.local_range(p_from + i.n, p_from + i.n + 1, o) as during
    ) d
    where s.id = p_salon_id and not isempty(d.during)
      and schnittwerk_core.booking_limit_details(
        p_salon_id, p_customer_id, lower(d.during),
        p_moved_appointment_id => p_moved_appointment_id) is not null
  );
end
$$;

comment on function schnittwerk_core.full_days(uuid, uuid, date, date, uuid) is
  'The local days from p_from to p_until to which a customer cannot move an appointment because they have reached the limit of the day.';

revoke execute on function schnittwerk_core.full_days from public;
-- end include

-- include: sql/waitlist/waits_for.sql
create function schnittwerk_core.waits_for(
  p_entry schnittwerk_core.waitlist, p_staff_id uuid, p_local_start timestamp
)
returns boolean
language sql
immutable
parallel safe
return coalesce((p_entry).staff_id = p_staff_id, true)
  and p_local_start::date between (p_entry).preferred_start_date and (p_entry).preferred_end_date
  and coalesce(extract(dow from p_local_start)::int = any ((p_entry).preferred_days), true)
  and coalesce(p_local_start::time = any ((p_entry).preferred_times), true);

comment on function schnittwerk_core.waits_for(schnittwerk_core.waitlist, uuid, timestamp) is
  'Whether a waitlist entry asks for a start with a member of staff: compares staff, local date, weekday and time.';

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
  'The offer that a waitlist entry can accept now, or null.';

revoke execute on function schnittwerk_core.open_offer from public;
-- end include

-- include: sql/waitlist/end_offer.sql
create function schnittwerk_core.end_offer(
  p_offer schnittwerk_core.waitlist_offer,
  p_status text,
  p_entry_status text,
  p_appointment_id uuid default null
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.waitlist_offer o
  set status = p_status, appointment_id = p_appointment_id
  where o.salon_id = p_offer.salon_id and o.id = p_offer.id and o.status = 'open';
  if not found then
    return false;
  end if;
  update schnittwerk_core.waitlist w
  set status = p_entry_status
  where w.salon_id = p_offer.salon_id and w.id = p_offer.entry_id;
  perform schnittwerk_core.release_claim(p_offer.salon_id, p_offer.entry_id);
  return true;
end
$$;

comment on function schnittwerk_core.end_offer(schnittwerk_core.waitlist_offer, text, text, uuid) is
  'Ends an open offer: sets its status and that of its entry and releases the time that it held. Returns false if it was no longer open. The caller has locked the entry.';

revoke execute on function schnittwerk_core.end_offer from public;
-- end include

-- include: sql/waitlist/end_lapsed_offers.sql
create function schnittwerk_core.end_lapsed_offers(p_salon_id uuid)
returns int
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer schnittwerk_core.waitlist_offer;
  v_count int := 0;
begin
  for v_offer in
    select o.*
    from schnittwerk_core.waitlist_offer o
    where o.salon_id = p_salon_id
      and o.status = 'open' and o.expires_at <= schnittwerk_core.clock()
  loop
    -- A call that has locked the entry will end the offer itself.
    perform from schnittwerk_core.waitlist w
    where w.salon_id = p_salon_id and w.id = v_offer.entry_id
    for no key update skip locked;
    if found then
      v_count := v_count + schnittwerk_core.end_offer(v_offer, 'expired', 'active')::int;
    end if;
  end loop;
  return v_count;
end
$$;

comment on function schnittwerk_core.end_lapsed_offers(uuid) is
  'Ends a salon''s offers whose time is up as expired, so that their entries can be offered another slot, and returns how many. Waits for no lock.';

revoke execute on function schnittwerk_core.end_lapsed_offers from public;
-- end include

-- include: sql/waitlist/withdraw_offers.sql
create function schnittwerk_core.withdraw_offer(p_offer schnittwerk_core.waitlist_offer)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.waitlist w
  where w.salon_id = p_offer.salon_id and w.id = p_offer.entry_id
  for no key update;
  perform schnittwerk_core.end_offer(p_offer, 'withdrawn', 'active');
end
$$;

comment on function schnittwerk_core.withdraw_offer(schnittwerk_core.waitlist_offer) is
  'Withdraws an open offer: its entry becomes active again. The caller has locked the time that it holds.';

revoke execute on function schnittwerk_core.withdraw_offer from public;

create function schnittwerk_core.withdraw_offers(
  p_salon_id uuid, p_staff_id uuid, p_lost tstzmultirange
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer schnittwerk_core.waitlist_offer;
begin
  for v_offer in
    select o.*
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.salon_id = o.salon_id and w.id = o.entry_id
    where o.salon_id = p_salon_id and o.staff_id = p_staff_id
      and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
      and (
        p_lost && tstzrange(o.starts_at, o.ends_at)
        or not exists (
          select
          from schnittwerk_core.staff_services p
          join schnittwerk_core.services v on v.salon_id = p.salon_id and v.id = p.service_id
          join schnittwerk_core.staff m on m.salon_id = p.salon_id and m.id = p.staff_id
          where p.salon_id = o.salon_id and p.staff_id = o.staff_id
            and p.service_id = w.service_id and v.is_active and m.is_active
        )
      )
    order by o.entry_id
  loop
    perform schnittwerk_core.withdraw_offer(v_offer);
  end loop;
end
$$;

comment on function schnittwerk_core.withdraw_offers(uuid, uuid, tstzmultirange) is
  'Withdraws the open offers of a member of staff that overlap time which is no longer open or whose service they no longer perform. The entries become active again. The caller has locked their time.';

revoke execute on function schnittwerk_core.withdraw_offers from public;

create function schnittwerk_core.withdraw_unit_offers(p_salon_id uuid, p_unit_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_offer schnittwerk_core.waitlist_offer;
begin
  for v_offer in
    select o.*
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.salon_id = o.salon_id and w.id = o.entry_id
    join schnittwerk_core.services v on v.salon_id = w.salon_id and v.id = w.service_id
    where o.salon_id = p_salon_id
      and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
      and exists (
        select
        from schnittwerk_core.occupancy c
        join schnittwerk_core.unit u on u.salon_id = c.salon_id and u.id = c.resource_id
        where c.salon_id = p_salon_id and c.claim_id = o.entry_id and u.id = p_unit_id
          and (
            not u.is_active
            or not exists (select from unnest(v.needs) d where d.pool = u.pool)
            or schnittwerk_core.closed_unit_time(
              p_salon_id, u.id, c.starts_at, c.ends_at) && c.during
          )
      )
    order by o.entry_id
  loop
    perform schnittwerk_core.withdraw_offer(v_offer);
  end loop;
end
$$;

comment on function schnittwerk_core.withdraw_unit_offers(uuid, uuid) is
  'Withdraws the open offers that hold a unit which is inactive, closed then, or of a pool that their service does not need. The caller has locked the time that they hold.';

revoke execute on function schnittwerk_core.withdraw_unit_offers from public;
-- end include

-- include: sql/waitlist/end_booked_entry.sql
create function schnittwerk_core.end_booked_entry()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_time_zone text;
  v_entry schnittwerk_core.waitlist;
  v_offer schnittwerk_core.waitlist_offer;
  v_is_accepted boolean;
begin
  if not schnittwerk_core.is_live(new.status) then
    return null;
  end if;
  select w.* into v_entry
  from schnittwerk_core.waitlist w
  where w.salon_id = new.salon_id and w.customer_id = new.customer_id
    and w.service_id = new.service_id and w.status in ('active', 'notified')
  for no key update;
  if not found then
    return null;
  end if;
  select o.* into v_offer
  from schnittwerk_core.waitlist_offer o
  where o.salon_id = v_entry.salon_id and o.entry_id = v_entry.id and o.status = 'open';
  v_is_accepted := found
    and (v_offer.staff_id, v_offer.starts_at) = (new.staff_id, new.starts_at);
  select s.time_zone into v_time_zone from schnittwerk_core.salon s where s.id = new.salon_id;
  if not v_is_accepted and (
    not schnittwerk_core.waits_for(
      v_entry, new.staff_id, new.starts_at at time zone v_time_zone)
    -- A customer who joined although they had such an appointment waits for another one.
    or tg_op = 'UPDATE' and (old.customer_id, old.service_id) = (new.customer_id, new.service_id)
    and schnittwerk_core.waits_for(
      v_entry, old.staff_id, old.starts_at at time zone v_time_zone)
  ) then
    return null;
  end if;

  if v_offer.id is null then
    update schnittwerk_core.waitlist w
    set status = 'booked'
    where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
  else
    perform schnittwerk_core.end_offer(
      v_offer, case when v_is_accepted then 'accepted' else 'withdrawn' end, 'booked',
      case when v_is_accepted then new.id end);
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.end_booked_entry() is
  'Ends a waitlist entry as booked if a new or moved appointment fulfils it and did not before. The entry''s open offer ends as accepted if this is its slot, else as withdrawn, and process_waitlist offers it to the next. An appointment that changes only its customer, as in a merge, ends no entry.';

revoke execute on function schnittwerk_core.end_booked_entry from public;

-- By name before appointments_keep_occupancy_…: an entry's hold ends before the appointment claims
-- the time.
create trigger appointments_end_booked_entry_on_insert
after insert on schnittwerk_core.appointments
for each row execute function schnittwerk_core.end_booked_entry();

create trigger appointments_end_booked_entry_on_update
after update of service_id, staff_id, starts_at on schnittwerk_core.appointments
for each row
when (
  schnittwerk_core.is_live(new.status)
  and (old.service_id, old.staff_id, old.starts_at)
    <> (new.service_id, new.staff_id, new.starts_at)
)
execute function schnittwerk_core.end_booked_entry();
-- end include

-- include: sql/waitlist/may_be_offered.sql
create function schnittwerk_core.may_be_offered(
  p_entry schnittwerk_core.waitlist,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_ends_at timestamptz
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return not exists (
    select
    from schnittwerk_core.waitlist w
    join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
    where w.salon_id = p_entry.salon_id and w.customer_id = p_entry.customer_id
      and w.service_id = p_entry.service_id
      and o.staff_id = p_staff_id and o.starts_at = p_starts_at
  ) and not (
    (schnittwerk_core.effective_policies(p_entry.salon_id)
      -> 'prevent_customer_overlap')::boolean
    and (
      exists (
        select
        from schnittwerk_core.held_slots(p_entry.salon_id, p_entry.customer_id) s
        where s.starts_at < p_ends_at and s.ends_at > p_starts_at
      )
      or exists (
        select
        from schnittwerk_core.busy_with(
          p_entry.salon_id, p_entry.customer_id, p_starts_at, p_ends_at)
      )
    )
  ) and schnittwerk_core.booking_limit_details(
    p_entry.salon_id, p_entry.customer_id, p_starts_at) is null;
end
$$;

comment on function schnittwerk_core.may_be_offered(schnittwerk_core.waitlist, uuid, timestamptz, timestamptz) is
  'Whether a slot that a waitlist entry asks for may be offered to its customer. They must not be busy then (under prevent_customer_overlap), must be below their limits, and must never have been offered this start of the service with this member of staff, through any entry.';

revoke execute on function schnittwerk_core.may_be_offered from public;
-- end include

-- include: sql/waitlist/hold_entries.sql
create function schnittwerk_core.hold_entries(p_salon_id uuid, p_customer_id uuid)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select count(*)
    from (
      select
      from schnittwerk_core.waitlist w
      where w.salon_id = p_salon_id and w.customer_id = p_customer_id
        and w.status in ('active', 'notified')
      for no key update skip locked
    ) held
  ) = (
    select count(*)
    from schnittwerk_core.waitlist w
    where w.salon_id = p_salon_id and w.customer_id = p_customer_id
      and w.status in ('active', 'notified')
  );
end
$$;

comment on function schnittwerk_core.hold_entries(uuid, uuid) is
  'Locks all open waitlist entries of a customer, so that two simultaneous offers cannot exceed a limit together. Waits for no lock: if another transaction holds an entry, it returns false, and the caller goes on to the next customer.';

revoke execute on function schnittwerk_core.hold_entries from public;
-- end include

-- include: sql/waitlist/make_offer.sql
create function schnittwerk_core.make_offer(
  p_entry schnittwerk_core.waitlist, p_staff_id uuid, p_starts_at timestamptz
)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
  v_policies constant jsonb := schnittwerk_core.effective_policies(p_entry.salon_id);
  v_entry schnittwerk_core.waitlist;
  v_verdict schnittwerk_core.verdict;
  v_are_units_locked boolean := false;
  v_expires_at timestamptz;
begin
  if not schnittwerk_core.hold_entries(p_entry.salon_id, p_entry.customer_id) then
    return false;
  end if;
  select w.* into v_entry
  from schnittwerk_core.waitlist w
  where w.salon_id = p_entry.salon_id and w.id = p_entry.id;
  loop
    v_verdict := (schnittwerk_core.judge_start(
      p_entry.salon_id, p_entry.service_id, array[p_staff_id], p_starts_at,
      p_customer_id => p_entry.customer_id))[1];
    exit when v_are_units_locked or v_verdict.units is null;
    v_are_units_locked := schnittwerk_core.lock_units(
      p_entry.salon_id, array[v_verdict], p_waits => false);
    if not v_are_units_locked then
      return false;
    end if;
  end loop;
  if v_entry is distinct from p_entry
    or (v_verdict.failures = '{}') is not true
    or not schnittwerk_core.may_be_offered(v_entry, p_staff_id, p_starts_at, v_verdict.ends_at)
  then
    return false;
  end if;

  v_expires_at := least(
    v_now + make_interval(mins => (v_policies ->> 'waitlist_offer_minutes')::numeric::int),
    p_starts_at - (schnittwerk_core.earliest_start(v_now, v_policies) - v_now)
  );
  insert into schnittwerk_core.waitlist_offer (
    salon_id, entry_id, staff_id, starts_at, ends_at, price, price_details, expires_at
  )
  values (
    v_entry.salon_id, v_entry.id, p_staff_id, p_starts_at, v_verdict.ends_at, v_verdict.price,
    v_verdict.price_details, v_expires_at
  );
  perform schnittwerk_core.hold_time(v_entry.salon_id, v_entry.id, v_verdict, v_expires_at);
  update schnittwerk_core.waitlist w
  set status = 'notified'
  where w.salon_id = v_entry.salon_id and w.id = v_entry.id;
  return true;
end
$$;

comment on function schnittwerk_core.make_offer(schnittwerk_core.waitlist, uuid, timestamptz) is
  'Offers a start with a member of staff to a waitlist entry and holds it for waitlist_offer_minutes, but never past the start minus notice. Returns false if a rule forbids it now, or if another transaction has locked or changed the entry or has locked a unit that the service needs. The caller has locked the member of staff''s time.';

revoke execute on function schnittwerk_core.make_offer from public;
-- end include

-- include: sql/waitlist/wanted_slots.sql
create function schnittwerk_core.wanted_slots(
  p_calendar schnittwerk_core.salon_calendar, p_staff_ids uuid[], p_until timestamptz
)
returns table (staff_id uuid, starts_at timestamptz, service_ids uuid[])
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_salon_id constant uuid := p_calendar.salon_id;
  v_policies constant jsonb := schnittwerk_core.effective_policies(v_salon_id);
  v_most_open constant int := (v_policies ->> 'max_open_bookings_per_customer')::numeric;
  v_last constant timestamptz := least(p_until, p_calendar.latest_start);
  -- Leaves out starts before which nobody could answer in time.
  v_window constant tstzrange := case when p_calendar.earliest_start < v_last
    then tstzrange(p_calendar.earliest_start, v_last, '(]') else 'empty' end;
begin
  return query
  with freed as materialized (
    select
      f.staff_id, f.during * v_window as during,
      case when not f.is_on_grid then lower(f.during) end as own_start
    from schnittwerk_core.freed_time f
    where f.salon_id = v_salon_id and f.staff_id = any (p_staff_ids) and f.during && v_window
  ),
  staff_week as materialized (
    select
      d.staff_id, d.week,
      coalesce(k.open, (c.week).open) as open,
      coalesce(k.grid_origins, (c.week).grid_origins) as grid_origins
    from (
      select distinct f.staff_id, w.monday::date as week
      from freed f
      cross join lateral generate_series(
        schnittwerk_core.week_of((lower(f.during) at time zone p_calendar.time_zone)::date),
        (upper(f.during) at time zone p_calendar.time_zone)::date,
        interval '7 days'
      ) w (monday)
    ) d
    join schnittwerk_core.staff m on m.salon_id = v_salon_id and m.id = d.staff_id
    join schnittwerk_core.salon_state z on z.salon_id = v_salon_id
    left join schnittwerk_core.salon_week w
      on w.salon_id = v_salon_id and w.week = d.week and w.version = z.calendar_version
      and schnittwerk_core.clocks_agree(p_calendar.time_zone, w.offset_bounds, w.clocks)
    left join schnittwerk_core.staff_week k
      on k.salon_id = v_salon_id and k.staff_id = d.staff_id and k.week = w.week
      and k.salon_version = w.version and k.staff_version = m.calendar_version
    cross join lateral (
      select case when k.salon_id is null then schnittwerk_core.compute_staff_week(
        schnittwerk_core.compute_salon_week(v_salon_id, d.week), d.staff_id) end as week
      offset 0
    ) c
  ),
  taken as materialized (
    select o.resource_id as staff_id, range_agg(o.during) as taken
    from schnittwerk_core.occupancy o
    where o.salon_id = v_salon_id and o.resource_id = any (p_staff_ids) and o.during && v_window
      and (o.expires_at is null or o.expires_at > p_calendar.read_at)
    group by o.resource_id
  ),
  start as materialized (
    select s.staff_id, s.starts_at, s.local_start, s.is_own, k.open
    from (
      select s.staff_id, s.starts_at, bool_or(s.is_own) as is_own,
        s.starts_at at time zone p_calendar.time_zone as local_start
      from (
        select f.staff_id, f.own_start as starts_at, true as is_own
        from freed f
        where v_window @> f.own_start
        union all
        select f.staff_id, g.starts_at, false
        from freed f
        join staff_week k on k.staff_id = f.staff_id
        cross join lateral unnest(k.grid_origins) with ordinality o (origin, n)
        cross join lateral (
          select generate_series(
            date_bin(
              d.step, greatest(lower(f.during), o.origin) + d.step - interval '1 microsecond',
              o.origin),
            least(
              upper(f.during) - interval '1 microsecond',
              k.grid_origins[o.n + 1] - interval '1 microsecond'),
            d.step
          ) as starts_at
          from (
            select make_interval(mins => p_calendar.slot_interval_minutes) as step
          ) d
        ) g
        where f.during @> g.starts_at
      ) s
      group by s.staff_id, s.starts_at
    ) s
    join staff_week k
      on k.staff_id = s.staff_id and k.week = schnittwerk_core.week_of(s.local_start::date)
      and k.open @> s.starts_at
    left join taken t on t.staff_id = s.staff_id
    where (t.taken @> s.starts_at) is not true
  ),
  waiting as materialized (
    select w.service_id, w.staff_id, w.preferred_start_date, w.preferred_end_date,
      w.preferred_days, w.preferred_times
    from schnittwerk_core.waitlist w
    where w.salon_id = v_salon_id and w.status = 'active'
      and w.preferred_start_date <= (select max(s.local_start)::date from start s)
      and w.preferred_end_date >= (select min(s.local_start)::date from start s)
      and (
        v_most_open = 0
        or schnittwerk_core.open_bookings(v_salon_id, w.customer_id) < v_most_open
      )
  ),
  -- The wishes for each date. Many entries have the same wish, and there are far fewer dates than
  -- starts to compare with each entry.
  wish as materialized (
    select distinct w.service_id, w.staff_id, d.date, t.time
    from (select distinct s.local_start::date as date from start s) d
    join waiting w
      on d.date between w.preferred_start_date and w.preferred_end_date
      and coalesce(extract(dow from d.date)::int = any (w.preferred_days), true)
    left join lateral unnest(w.preferred_times) t (time) on true
  ),
  terms as materialized (
    select
      v.service_id, t.staff_id, t.duration,
      t.buffer_before_minutes, t.buffer_after_minutes, t.steps, t.needs
    from (select distinct w.service_id from wish w) v
    cross join lateral schnittwerk_core.service_terms(
      v_salon_id, v.service_id, p_staff_ids, v_policies, p_calendar.buffer_time_minutes
    ) t
    where t.is_offered
  )
  select s.staff_id, s.starts_at, array_agg(distinct s.service_id)
  from (
    select distinct s.staff_id, s.starts_at, s.is_own, s.open, w.service_id
    from start s
    join wish w
      on w.date = s.local_start::date
      and coalesce(w.time = s.local_start::time, true)
      and coalesce(w.staff_id = s.staff_id, true)
  ) s
  join terms t on t.service_id = s.service_id and t.staff_id = s.staff_id
  where s.open @> tstzrange(s.starts_at, s.starts_at + t.duration)
    and schnittwerk_core.is_free(
      v_salon_id, s.staff_id, s.starts_at, s.starts_at + t.duration, t.buffer_before_minutes,
      t.buffer_after_minutes, t.steps, t.needs)
  group by s.staff_id, s.starts_at, s.is_own
  order by s.is_own desc, s.starts_at, s.staff_id;
end
$$;

comment on function schnittwerk_core.wanted_slots(schnittwerk_core.salon_calendar, uuid[], timestamptz) is
  'The free starts up to p_until in the freed time of the given staff for which an entry waits, with the services, in the order to offer them: first the start of a freed appointment, then starts of the grid, by time. The caller chooses the entry and judges the rules.';

revoke execute on function schnittwerk_core.wanted_slots from public;
-- end include

-- include: sql/waitlist/next_in_line.sql
create function schnittwerk_core.next_in_line(
  p_calendar schnittwerk_core.salon_calendar,
  p_staff_id uuid,
  p_starts_at timestamptz,
  p_service_ids uuid[],
  p_passed_over uuid[]
)
returns schnittwerk_core.waitlist
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- The same plan whatever the statistics: in index order, up to the first entry that qualifies
set enable_seqscan = off
set enable_bitmapscan = off
set enable_sort = off
as $$
declare
  v_salon_id constant uuid := p_calendar.salon_id;
  v_local_start constant timestamp := p_starts_at at time zone p_calendar.time_zone;
  v_policies constant jsonb := schnittwerk_core.effective_policies(v_salon_id);
  v_entry schnittwerk_core.waitlist;
begin
  select w.* into v_entry
  from unnest(p_service_ids) v (service_id)
  cross join lateral schnittwerk_core.service_terms(
    v_salon_id, v.service_id, array[p_staff_id], v_policies, p_calendar.buffer_time_minutes
  ) t
  cross join lateral (
    select p_starts_at + t.duration as ends_at
  ) e
  cross join lateral (
    select w.*
    from schnittwerk_core.waitlist w
    where w.salon_id = v_salon_id and w.service_id = v.service_id and w.status = 'active'
      and schnittwerk_core.waits_for(w, p_staff_id, v_local_start)
      and w.id <> all (p_passed_over)
      and schnittwerk_core.may_be_offered(w, p_staff_id, p_starts_at, e.ends_at)
    order by w.priority desc, w.created_at, w.id
    limit 1
  ) w
  where schnittwerk_core.is_free(
    v_salon_id, p_staff_id, p_starts_at, e.ends_at, t.buffer_before_minutes,
    t.buffer_after_minutes, t.steps, t.needs)
  order by w.priority desc, w.created_at, w.id
  limit 1;
  return v_entry;
end
$$;

comment on function schnittwerk_core.next_in_line(schnittwerk_core.salon_calendar, uuid, timestamptz, uuid[], uuid[]) is
  'The waitlist entry to offer a start with a member of staff to: among the entries for the given services that ask for it and may be offered it, the one with the highest priority, then the oldest, then by id. Skips p_passed_over. Null if no entry qualifies or the time is taken. Takes no locks.';

revoke execute on function schnittwerk_core.next_in_line from public;
-- end include

-- include: sql/waitlist/offer_freed_time.sql
create function schnittwerk_core.offer_freed_time(
  p_salon_id uuid, p_staff_ids uuid[], p_are_locked boolean default true
)
returns int
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_staff_ids uuid[] := p_staff_ids;
  v_is_locked boolean := p_are_locked;
  v_calendar schnittwerk_core.salon_calendar;
  v_until timestamptz;
  v_slot record;
  v_entry schnittwerk_core.waitlist;
  v_passed_over uuid[];
  v_count int := 0;
  v_count_before int;
  -- Bookings with these staff wait until this transaction ends.
  v_most constant int := 10;
begin
  if p_are_locked then
    perform schnittwerk_core.end_lapsed_offers(p_salon_id);
  end if;
  -- process_waitlist sees an entry that joins at this moment.
  if not exists (
    select from schnittwerk_core.waitlist w
    where w.salon_id = p_salon_id and w.status = 'active'
  ) then
    return 0;
  end if;
  v_calendar := schnittwerk_core.week_calendar(p_salon_id, p_starts_at => schnittwerk_core.clock());
  v_until := v_calendar.read_at + make_interval(secs => 3600 * (
    schnittwerk_core.effective_policies(p_salon_id) ->> 'waitlist_notification_hours')::float8);

  <<rounds>>
  loop
    v_count_before := v_count;
    for v_slot in
      select s.* from schnittwerk_core.wanted_slots(v_calendar, v_staff_ids, v_until) s
    loop
      continue when v_slot.staff_id <> all (v_staff_ids) or exists (
        -- A shortcut past slots that have been offered since they were listed.
        select from schnittwerk_core.occupancy o
        where o.salon_id = p_salon_id and o.resource_id = v_slot.staff_id
          and o.during @> v_slot.starts_at
          and (o.expires_at is null or o.expires_at > v_calendar.read_at)
      );
      v_passed_over := '{}';
      loop
        v_entry := schnittwerk_core.next_in_line(
          v_calendar, v_slot.staff_id, v_slot.starts_at, v_slot.service_ids, v_passed_over);
        exit when v_entry.id is null;
        if not v_is_locked then
          v_staff_ids := array[v_slot.staff_id];
          perform schnittwerk_core.lock_resources(p_salon_id, v_staff_ids);
          v_is_locked := true;
        end if;
        if schnittwerk_core.make_offer(v_entry, v_slot.staff_id, v_slot.starts_at) then
          v_count := v_count + 1;
          exit rounds when v_count = v_most;
          exit;
        end if;
        v_passed_over := v_passed_over || v_entry.id;
      end loop;
      -- Perhaps the only entries that wanted it have got an offer since the slots were listed.
      exit when v_entry.id is null and v_count > v_count_before;
    end loop;
    exit when v_count = v_count_before;
  end loop;
  return v_count;
end
$$;

comment on function schnittwerk_core.offer_freed_time(uuid, uuid[], boolean) is
  'Offers the freed time of the given staff that starts within waitlist_notification_hours to waitlist entries, and returns how many offers it made: at most 10, process_waitlist makes the rest. The caller has locked their time. With p_are_locked false it locks the first member of staff for whom it can make an offer, and offers only their time.';

revoke execute on function schnittwerk_core.offer_freed_time from public;
-- end include

-- include: sql/waitlist/free_time.sql
create function schnittwerk_core.free_time(
  p_salon_id uuid, p_staff_id uuid, p_during tstzmultirange
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
  select p_salon_id, p_staff_id, d.during, true
  from unnest(p_during * (
    select range_agg(tstzrange(
      w.preferred_start_date::timestamp at time zone s.time_zone,
      (w.preferred_end_date + 1)::timestamp at time zone s.time_zone))
    from schnittwerk_core.waitlist w
    join schnittwerk_core.salon s on s.id = w.salon_id
    where w.salon_id = p_salon_id and w.status in ('active', 'notified')
      and (w.staff_id is null or w.staff_id = p_staff_id)
  )) d (during)
  on conflict on constraint freed_time_pkey do nothing;
end
$$;

comment on function schnittwerk_core.free_time(uuid, uuid, tstzmultirange) is
  'Records open time that a member of staff has gained as freed, on dates for which an entry waits. offer_freed_time offers it.';

revoke execute on function schnittwerk_core.free_time from public;
-- end include

-- include: sql/waitlist/free_pool_time.sql
create function schnittwerk_core.free_pool_time(
  p_salon_id uuid, p_pools text[], p_durings tstzrange[]
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
begin
  perform schnittwerk_core.free_time(
    p_salon_id, s.staff_id, s.starts * tstzmultirange(tstzrange(v_now, null)))
  from (
    -- The starts at which a service that needs one of the pools could use its time, at most.
    select p.staff_id, range_agg(tstzrange(
      lower(f.during) - make_interval(mins =>
        coalesce(p.estimated_duration_minutes, v.duration_minutes)
          + coalesce(v.buffer_after_minutes, z.buffer_time_minutes)),
      upper(f.during) + make_interval(mins => coalesce(v.buffer_before_minutes, 0))
    )) as starts
    from unnest(p_pools, p_durings) f (pool, during)
    join schnittwerk_core.salon z on z.id = p_salon_id
    join schnittwerk_core.services v on v.salon_id = z.id
    join schnittwerk_core.staff_services p on p.salon_id = v.salon_id and p.service_id = v.id
    where v.is_active
      and exists (select from unnest(v.needs) d where d.pool = f.pool)
      and exists (
        select from schnittwerk_core.waitlist w
        where w.salon_id = v.salon_id and w.service_id = v.id
          and w.status in ('active', 'notified') and coalesce(w.staff_id = p.staff_id, true)
      )
    group by p.staff_id
  ) s
  -- Calls that free the same time wait for each other at the rows, so in one order: all staff by
  -- id, and the time of each by start.
  order by s.staff_id;
end
$$;

comment on function schnittwerk_core.free_pool_time(uuid, text[], tstzrange[]) is
  'Records time in which units of pools became free, the nth time of p_durings in the nth of p_pools, as freed, for all staff with whom somebody waits for a service that needs the pool; process_waitlist offers it. Locks no staff. A call frees all at once.';

revoke execute on function schnittwerk_core.free_pool_time from public;
-- end include

-- include: sql/waitlist/free_appointments.sql
create function schnittwerk_core.free_appointments(
  p_salon_id uuid, p_appointments schnittwerk_core.appointments[]
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointments constant schnittwerk_core.appointments[] := array(
    select a from unnest(p_appointments) a where a.starts_at > schnittwerk_core.clock()
  );
begin
  if v_appointments = '{}' then
    return;
  end if;
  insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
  select p_salon_id, a.staff_id, tstzrange(a.starts_at, a.ends_at), false
  from unnest(v_appointments) a
  on conflict on constraint freed_time_pkey do nothing;
  if exists (select from unnest(v_appointments) a where a.units is not null) then
    perform schnittwerk_core.free_pool_time(
      p_salon_id, array_agg(u.pool), array_agg(schnittwerk_core.unit_claim(
        a.starts_at, a.ends_at, a.buffer_before_minutes, a.buffer_after_minutes,
        u.from_minute, u.to_minute)))
    from unnest(v_appointments) a
    cross join lateral unnest(a.units) u;
  end if;
  -- Last: customers who get an offer are not locked while other calls wait for the rows above.
  perform schnittwerk_core.offer_freed_time(
    p_salon_id, array(select distinct a.staff_id from unnest(v_appointments) a));
end
$$;

comment on function schnittwerk_core.free_appointments(uuid, schnittwerk_core.appointments[]) is
  'Offers the time of appointments that were cancelled or moved away to the waitlist; the time of their units with other staff is left to process_waitlist. The caller has locked the time of their staff.';

revoke execute on function schnittwerk_core.free_appointments from public;
-- end include

-- include: sql/waitlist/free_hold.sql
create function schnittwerk_core.free_hold(p_hold schnittwerk_core.hold, p_status text)
returns schnittwerk_core.hold
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_hold.starts_at > schnittwerk_core.clock() then
    insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
    values (
      p_hold.salon_id, p_hold.staff_id, tstzrange(p_hold.starts_at, p_hold.ends_at), false
    )
    on conflict on constraint freed_time_pkey do nothing;
    perform schnittwerk_core.free_pool_time(
      p_hold.salon_id, array_agg(u.pool), array_agg(o.during))
    from schnittwerk_core.occupancy o
    join schnittwerk_core.unit u on u.salon_id = o.salon_id and u.id = o.resource_id
    where o.salon_id = p_hold.salon_id and o.claim_id = p_hold.id
    having count(*) > 0;
  end if;
  return schnittwerk_core.end_hold(p_hold, p_status);
end
$$;

comment on function schnittwerk_core.free_hold(schnittwerk_core.hold, text) is
  'Ends an open hold as released or lapsed, records its time and that of its units as freed, and returns it. offer_freed_time offers it.';

revoke execute on function schnittwerk_core.free_hold from public;
-- end include

-- include: sql/waitlist/end_lapsed_holds.sql
create function schnittwerk_core.end_lapsed_holds(p_salon_id uuid)
returns int
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_hold schnittwerk_core.hold;
  v_count int := 0;
begin
  for v_hold in
    select h.*
    from schnittwerk_core.hold h
    where h.salon_id = p_salon_id
      and h.status = 'open' and h.expires_at <= schnittwerk_core.clock()
    order by h.staff_id, h.starts_at
    for no key update skip locked
  loop
    perform schnittwerk_core.free_hold(v_hold, 'lapsed');
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;

comment on function schnittwerk_core.end_lapsed_holds(uuid) is
  'Ends a salon''s holds whose time is up as lapsed, records their time as freed, and returns how many. The caller has locked no waitlist entry: it may wait for a booking that takes the time.';

revoke execute on function schnittwerk_core.end_lapsed_holds from public;
-- end include

-- include: sql/waitlist/end_open_time_change.sql
create function schnittwerk_core.end_open_time_change(p_change schnittwerk_core.open_time_change)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  v_after schnittwerk_core.open_time[];
  v_staff record;
  v_freed_staff_ids uuid[] := array[]::uuid[];
begin
  if p_change.salon_id is null then
    return jsonb '{"affected_appointments": []}';
  end if;
  -- Weeks would be kept at the end of the transaction anyway, and the queries below need them.
  perform schnittwerk_core.keep_weeks(
    p_change.salon_id,
    case when cardinality(p_change.staff_ids) = 1 then p_change.staff_ids[1] end);
  v_after := schnittwerk_core.open_time_of(
    p_change.salon_id, p_change.staff_ids, p_change.until);
  for v_staff in
    select
      a.staff_id, w.before - w.after as lost,
      (w.after - w.before)
        * tstzmultirange(tstzrange(schnittwerk_core.clock(), p_change.horizon)) as gained
    from unnest(v_after) a
    join unnest(p_change.before) b on b.staff_id = a.staff_id
    cross join lateral (
      select
        case when b.service_ids = '{}' then '{}' else (b.opening - b.closed) * b.working end
          as before,
        case when a.service_ids = '{}' then '{}' else (a.opening - a.closed) * a.working end
          as after
    ) w
    where w.before <> w.after or a.service_ids <> b.service_ids
  loop
    perform schnittwerk_core.withdraw_offers(
      p_change.salon_id, v_staff.staff_id, v_staff.lost);
    if not isempty(v_staff.gained) then
      perform schnittwerk_core.free_time(p_change.salon_id, v_staff.staff_id, v_staff.gained);
      v_freed_staff_ids := v_freed_staff_ids || v_staff.staff_id;
    end if;
  end loop;
  perform schnittwerk_core.offer_freed_time(p_change.salon_id, v_freed_staff_ids);
  return jsonb_build_object('affected_appointments', (
    select coalesce(
      jsonb_agg(
        schnittwerk_core.affected_json(f.appointment, f.cause)
        order by (f.appointment).starts_at, (f.appointment).id
      ), '[]')
    from schnittwerk_core.affected_appointments(p_change.salon_id, v_after, p_change.before) f
  ));
end
$$;

comment on function schnittwerk_core.end_open_time_change(schnittwerk_core.open_time_change) is
  'Ends a change that begin_open_time_change began: withdraws offers of lost time, offers gained time, and returns {"affected_appointments": […]}: the appointments that the change makes impossible, by start, with customer_name, customer_phone, staff_name, service_name and cause. A null change affects none.';

revoke execute on function schnittwerk_core.end_open_time_change from public;
-- end include

-- include: sql/waitlist/end_unit_change.sql
create function schnittwerk_core.end_unit_change(p_salon_id uuid, p_unit_id uuid)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_moved constant jsonb := schnittwerk_core.move_to_free_units(p_salon_id, p_unit_id);
begin
  perform schnittwerk_core.withdraw_unit_offers(p_salon_id, p_unit_id);
  return jsonb_build_object('moved_appointments', v_moved, 'affected_appointments', (
    select coalesce(
      jsonb_agg(
        schnittwerk_core.affected_json(a, 'resource_unavailable') order by a.starts_at, a.id),
      '[]')
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.id in (
      select l.appointment_id from schnittwerk_core.lost_unit_claims(p_salon_id, p_unit_id) l
    )
  ));
end
$$;

comment on function schnittwerk_core.end_unit_change(uuid, uuid) is
  'Ends a change that begin_unit_change began. Moves the appointments that can no longer use the unit to free units of its pool, and withdraws the offers that hold it. Returns {"moved_appointments": [{"id", "units"}], "affected_appointments": […]}; the latter are the appointments that no other unit can take, in the form of end_open_time_change.';

revoke execute on function schnittwerk_core.end_unit_change from public;
-- end include

-- include: sql/waitlist/claimed_stretches.sql
create function schnittwerk_core.claimed_stretches(
  p_salon_id uuid, p_staff_ids uuid[], p_from timestamptz, p_until timestamptz
)
returns table (
  staff_id uuid,
  precedence int,
  kind text,
  during tstzrange,
  appointment_id uuid,
  customer_id uuid,
  service_id uuid,
  status text
)
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
-- One plan, whatever is known of the tables: by index, for each of the staff.
set enable_seqscan = off
set enable_bitmapscan = off
as $$
declare
  v_now constant timestamptz := schnittwerk_core.clock();
begin
  return query
  with claim as materialized (
    select c.claim_id, i.id as staff_id, c.during
    from unnest(p_staff_ids) i (id)
    cross join lateral (
      select o.claim_id, tstzrange(o.starts_at, o.ends_at) as during
      from schnittwerk_core.occupancy o
      where o.salon_id = p_salon_id and o.resource_id = i.id
        -- occupancy_lasts_at_most_three_days
        and o.ends_at > p_from and o.ends_at < p_until + interval '72 hours'
        and o.starts_at < p_until
        and (o.expires_at is null or o.expires_at > v_now)
      offset 0
    ) c
  ),
  claimant as materialized (
    select
      a.id as claim_id, a.id as appointment_id, i.id as staff_id, a.customer_id, a.service_id,
      a.status::text as status, tstzrange(a.starts_at, a.ends_at) as during
    from unnest(p_staff_ids) i (id)
    cross join lateral (
      select b.id, b.customer_id, b.service_id, b.status, b.starts_at, b.ends_at
      from schnittwerk_core.appointments b
      where b.salon_id = p_salon_id and b.staff_id = i.id
        -- the buffer before a start lasts a day at most
        and b.starts_at > p_from - interval '72 hours'
        and b.starts_at < p_until + interval '24 hours'
        and schnittwerk_core.is_live(b.status)
      offset 0
    ) a
    union all
    select
      h.id, null, h.staff_id, h.customer_id, h.service_id, null,
      tstzrange(h.starts_at, h.ends_at)
    from schnittwerk_core.hold h
    where h.salon_id = p_salon_id and h.status = 'open' and h.expires_at > v_now
    union all
    select
      w.id, null, o.staff_id, w.customer_id, w.service_id, null,
      tstzrange(o.starts_at, o.ends_at)
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.salon_id = o.salon_id and w.id = o.entry_id
    where o.salon_id = p_salon_id and o.status = 'open' and o.expires_at > v_now
  )
  select
    c.staff_id,
    case when t.appointment_id is null then 2 else 1 end,
    case when t.appointment_id is null then 'held' else 'booked' end,
    c.during * t.during, t.appointment_id, t.customer_id, t.service_id, t.status
  from claim c
  join claimant t on t.claim_id = c.claim_id and t.staff_id = c.staff_id
  union all
  select
    c.staff_id, 3, 'buffer', c.during, t.appointment_id, t.customer_id, t.service_id, t.status
  from claim c
  left join claimant t on t.claim_id = c.claim_id and t.staff_id = c.staff_id
  union all
  -- its steps with the member of staff are claims, which go before
  select
    t.staff_id, 4, 'gap', t.during, t.appointment_id, t.customer_id, t.service_id, t.status
  from claimant t
  where t.appointment_id is not null and t.during && tstzrange(p_from, p_until);
end
$$;

comment on function schnittwerk_core.claimed_stretches(uuid, uuid[], timestamptz, timestamptz) is
  'What claims the time of each of the staff between two instants: booked, held (an open hold or waitlist offer) and buffer, and the gaps of appointments. They overlap: the one of lowest precedence holds.';

revoke execute on function schnittwerk_core.claimed_stretches from public;
-- end include

-- include: sql/waitlist/waitlist_json.sql
create function schnittwerk_core.waitlist_json(p_entry schnittwerk_core.waitlist)
returns jsonb
language sql
stable
return to_jsonb(p_entry) || jsonb_build_object(
  -- An entry whose offer has expired is active, even before process_waitlist writes it.
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
    -- Infinite dates cannot be subtracted.
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
  'The faults of a waitlist entry, with p_prefix before the names of the arguments.';

revoke execute on function schnittwerk_core.waitlist_faults from public;
-- end include

-- include: sql/waitlist/expire_entry.sql
create function schnittwerk_core.expire_entry(p_entry schnittwerk_core.waitlist)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.waitlist w
  where w.salon_id = p_entry.salon_id and w.id = p_entry.id
  for no key update;
  perform schnittwerk_core.end_offer(o, 'expired', 'active')
  from schnittwerk_core.waitlist_offer o
  where o.salon_id = p_entry.salon_id and o.entry_id = p_entry.id
    and o.status = 'open' and o.expires_at <= schnittwerk_core.clock();
  update schnittwerk_core.waitlist w
  set status = 'expired'
  where w.salon_id = p_entry.salon_id and w.id = p_entry.id and w.status = 'active'
    and w.preferred_end_date < schnittwerk_core.local_today(w.salon_id);
end
$$;

comment on function schnittwerk_core.expire_entry(schnittwerk_core.waitlist) is
  'Ends a waitlist entry as expired, like process_waitlist, if its dates have passed and it has no open offer. The caller has locked the time of offered_resources.';

revoke execute on function schnittwerk_core.expire_entry from public;
-- end include

-- include: sql/waitlist/require_entry.sql
create function schnittwerk_core.require_entry(
  p_caller schnittwerk_core.caller, p_entry_id uuid
)
returns schnittwerk_core.waitlist
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_entry schnittwerk_core.waitlist;
  v_customer_id uuid;
begin
  loop
    select w.* into v_entry
    from schnittwerk_core.waitlist w
    where w.salon_id = p_caller.salon_id and w.id = p_entry_id
      and schnittwerk_core.may_know_customer(p_caller, w.customer_id);
    if not found then
      perform schnittwerk_core.refuse('not_found', 'There is no such waitlist entry');
    end if;
    -- Again if the customer was merged into another meanwhile, who then has the entry.
    exit when v_entry.customer_id = v_customer_id;
    v_customer_id := v_entry.customer_id;
    -- Before the staff's time and the entry: accepting an offer inserts a reference to the customer.
    exit when schnittwerk_core.hold_customer(v_entry.salon_id, v_entry.customer_id);
  end loop;
  return v_entry;
end
$$;

comment on function schnittwerk_core.require_entry(schnittwerk_core.caller, uuid) is
  'The waitlist entry with this id. Refuses with not_found if it does not exist or the caller may not see it: customers see only their own. Keeps the customer from being erased; lock_entry locks the entry.';

revoke execute on function schnittwerk_core.require_entry from public;
-- end include

-- include: sql/waitlist/lock_entry.sql
create function schnittwerk_core.lock_entry(
  inout entry schnittwerk_core.waitlist,
  p_staff_id uuid default null,
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
  perform schnittwerk_core.lock_resources(
    entry.salon_id,
    schnittwerk_core.offered_resources(entry.salon_id, entry.customer_id, entry.id)
      || p_staff_id);
  select w.* into entry
  from schnittwerk_core.waitlist w
  where w.salon_id = entry.salon_id and w.id = entry.id
  for no key update;
  offer := schnittwerk_core.open_offer(entry.salon_id, entry.id);
  -- The caller does not know of an offer that was made in the meantime.
  if offer.id is distinct from v_offer.id then
    offer := null;
  end if;
end
$$;

comment on function schnittwerk_core.lock_entry(schnittwerk_core.waitlist, uuid) is
  'Locks the time that the offer to a waitlist entry holds (offered_resources) and that of p_staff_id, then the entry. Returns the entry as it is then, with its open offer or null.';

revoke execute on function schnittwerk_core.lock_entry from public;
-- end include

-- include: sql/waitlist/give_to_customer.sql
create function schnittwerk_core.lock_of_customers(p_salon_id uuid, p_customer_ids uuid[])
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.appointments a
  where a.salon_id = p_salon_id and a.customer_id = any (p_customer_ids)
  order by a.id
  for no key update;
  perform schnittwerk_core.lock_resources(p_salon_id, array(
    select unnest(schnittwerk_core.offered_resources(p_salon_id, c.id))
    from unnest(p_customer_ids) c (id)
    union
    select h.staff_id
    from schnittwerk_core.hold h
    where h.salon_id = p_salon_id and h.customer_id = any (p_customer_ids) and h.status = 'open'
  ));
  perform from schnittwerk_core.waitlist w
  where w.salon_id = p_salon_id and w.customer_id = any (p_customer_ids)
  order by w.id
  for no key update;
end
$$;

comment on function schnittwerk_core.lock_of_customers(uuid, uuid[]) is
  'Locks what customers have: their appointments, the time that is offered to them or held for them, their waitlist entries. The caller has locked the customers.';

revoke execute on function schnittwerk_core.lock_of_customers from public;

create function schnittwerk_core.end_double_entries(p_salon_id uuid, p_customer_ids uuid[])
returns uuid[]
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_today constant date := schnittwerk_core.local_today(p_salon_id);
  v_entry_ids uuid[];
begin
  v_entry_ids := array(
    select r.id
    from (
      select
        w.id,
        row_number() over (
          partition by w.service_id
          order by
            w.preferred_end_date < v_today,
            exists (
              select from schnittwerk_core.waitlist_offer o
              where o.salon_id = w.salon_id and o.entry_id = w.id
                and o.status = 'open' and o.expires_at > schnittwerk_core.clock()
            ) desc,
            w.created_at, w.id
        ) as place
      from schnittwerk_core.waitlist w
      where w.salon_id = p_salon_id and w.customer_id = any (p_customer_ids)
        and w.status in ('active', 'notified')
    ) r
    where r.place > 1
    order by r.id
  );
  update schnittwerk_core.waitlist w
  set status = 'cancelled'
  where w.salon_id = p_salon_id and w.id = any (v_entry_ids);
  -- process_waitlist offers the time to the next.
  perform schnittwerk_core.end_offer(o, 'withdrawn', 'cancelled')
  from schnittwerk_core.waitlist_offer o
  where o.salon_id = p_salon_id and o.entry_id = any (v_entry_ids) and o.status = 'open';
  return v_entry_ids;
end
$$;

comment on function schnittwerk_core.end_double_entries(uuid, uuid[]) is
  'Ends, as cancelled, all but one of the open waitlist entries that customers have for one service, and returns which. One whose dates have not passed stays, before all others one with an open offer, else the oldest. The caller has locked the entries.';

revoke execute on function schnittwerk_core.end_double_entries from public;

create function schnittwerk_core.give_to_customer(
  p_salon_id uuid,
  p_from_id uuid,
  p_to_id uuid,
  p_only_ids uuid[] default null
)
returns jsonb
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_appointments bigint;
  v_visits bigint;
  v_holds bigint;
  v_fees bigint;
  v_entries bigint;
begin
  with given as (
    update schnittwerk_core.appointments a
    set customer_id = p_to_id
    where a.salon_id = p_salon_id and a.customer_id = p_from_id
      and coalesce(a.id = any (p_only_ids), true)
    returning a.visit_id
  )
  select count(*), count(distinct g.visit_id) into v_appointments, v_visits from given g;
  update schnittwerk_core.hold h
  set customer_id = p_to_id
  where h.salon_id = p_salon_id and h.customer_id = p_from_id
    and coalesce(h.id = any (p_only_ids), true);
  get diagnostics v_holds = row_count;
  update schnittwerk_core.fee f
  set customer_id = p_to_id
  where f.salon_id = p_salon_id and f.customer_id = p_from_id
    and coalesce(f.appointment_id = any (p_only_ids), true);
  get diagnostics v_fees = row_count;
  update schnittwerk_core.waitlist w
  set customer_id = p_to_id
  where w.salon_id = p_salon_id and w.customer_id = p_from_id
    and coalesce(w.id = any (p_only_ids), true);
  get diagnostics v_entries = row_count;
  return jsonb_build_object(
    'appointments', v_appointments,
    'visits', v_visits,
    'holds', v_holds,
    'fees', v_fees,
    'waitlist_entries', v_entries
  );
end
$$;

comment on function schnittwerk_core.give_to_customer(uuid, uuid, uuid, uuid[]) is
  'Gives one customer what another has, and returns how many of each: appointments with their fees, holds and waitlist entries; p_only_ids: only those with these ids. The caller has locked both.';

revoke execute on function schnittwerk_core.give_to_customer from public;

create function schnittwerk_core.restorable_entries(
  p_merge schnittwerk_core.customer_merge, p_changes schnittwerk_core.merge_change[]
)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select w.id
    from unnest(p_changes) c
    join schnittwerk_core.waitlist w
      on w.salon_id = p_merge.salon_id and w.id = (c.row_key ->> 'id')::uuid
    where c.table_name = 'waitlist' and c.kind = 'cancelled'
      and w.status = 'cancelled'
      and w.preferred_end_date >= schnittwerk_core.local_today(w.salon_id)
      -- a later merge of the one who has it changes only whose it is
      and not exists (
        select from schnittwerk_core.journal j
        where j.salon_id = w.salon_id and j.subject_id = w.id and j.table_name = 'waitlist'
          and j.occurred_at > p_merge.merged_at
          and j.before <> jsonb_build_object('customer_id', j.before -> 'customer_id')
      )
  );
end
$$;

comment on function schnittwerk_core.restorable_entries(
  schnittwerk_core.customer_merge, schnittwerk_core.merge_change[]
) is
  'The waitlist entries that a merge of customers ended and nobody has changed since, whose dates have not passed.';

revoke execute on function schnittwerk_core.restorable_entries from public;
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
  'The faults of changes to a waitlist entry in JSON: unknown keys, and values of the wrong type.';

revoke execute on function schnittwerk_core.waitlist_change_faults from public;
-- end include

commit;
