-- Deploy schnittwerk:catalog

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/catalog/customers.sql
create table schnittwerk_core.customers (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  profile_id uuid,
  full_name text not null,
  email text,
  email_is_own boolean not null default false,
  phone text,
  notes text,
  created_at timestamptz not null default schnittwerk_core.clock(),
  erased_at timestamptz,
  constraint customers_pkey primary key (salon_id, id),
  constraint customers_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint customers_profile_is_of_the_salon
    foreign key (salon_id, profile_id) references schnittwerk_core.profiles (salon_id, id),
  constraint customers_profile_is_one_customer unique (salon_id, profile_id),
  constraint customers_full_name_is_one_line check (schnittwerk_core.is_line(full_name)),
  constraint customers_email_is_an_address check (schnittwerk_core.is_email(email)),
  constraint customers_phone_is_a_number check (schnittwerk_core.is_phone(phone)),
  constraint customers_notes_are_at_most_2000 check (length(notes) <= 2000)
);

create index customers_by_email on schnittwerk_core.customers (salon_id, lower(email));
create unique index customers_email_is_unique_in_the_salon
  on schnittwerk_core.customers (salon_id, lower(email)) where not email_is_own;

alter table schnittwerk_core.customers enable row level security;

comment on table schnittwerk_core.customers is 'The people who book.';
comment on column schnittwerk_core.customers.salon_id is 'The salon.';
comment on column schnittwerk_core.customers.id is 'Identifies the customer within the salon.';
comment on column schnittwerk_core.customers.profile_id is 'The profile of the signed-in user who is this customer, if any.';
comment on column schnittwerk_core.customers.full_name is 'Name, as the salon spells it.';
comment on column schnittwerk_core.customers.email is 'E-mail address.';
comment on column schnittwerk_core.customers.email_is_own is
  'Whether the customer entered the address themselves (register_customer). Then another row may have the same address.';
comment on column schnittwerk_core.customers.phone is 'Telephone number.';
comment on column schnittwerk_core.customers.notes is 'The salon''s notes on the customer.';
comment on column schnittwerk_core.customers.created_at is 'When the customer was created.';
comment on column schnittwerk_core.customers.erased_at is
  'When the personal data was erased; null = never.';
-- end include

-- include: sql/catalog/resource.sql
create table schnittwerk_core.resource (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  kind text not null,
  changed_in xid8 not null default pg_current_xact_id(),
  constraint resource_pkey primary key (salon_id, id),
  constraint resource_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint resource_kind_is_known check (kind in ('staff', 'room', 'equipment', 'customer')),
  constraint resource_kind_is_part_of_its_identity unique (salon_id, id, kind)
);

alter table schnittwerk_core.resource enable row level security;

comment on table schnittwerk_core.resource is
  'Whose time can be claimed: members of staff, and units (rooms and equipment). Writers lock this row before they write claims on its time.';
comment on column schnittwerk_core.resource.salon_id is 'The salon.';
comment on column schnittwerk_core.resource.id is 'The id of the member of staff or unit.';
comment on column schnittwerk_core.resource.kind is 'staff, room or equipment; customer is not used.';
comment on column schnittwerk_core.resource.changed_in is
  'The last transaction that changed anything by which bookings of the resource are judged. Bookings lock the row, so a booking with an older snapshot ends in a serialization failure.';
-- end include

-- include: sql/catalog/staff.sql
create table schnittwerk_core.staff (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  kind text not null generated always as ('staff') stored,
  profile_id uuid,
  full_name text not null,
  email text,
  phone text,
  is_active boolean not null default true,
  calendar_version bigint not null default 0,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint staff_pkey primary key (salon_id, id),
  constraint staff_are_resources
    foreign key (salon_id, id, kind) references schnittwerk_core.resource (salon_id, id, kind),
  constraint staff_profile_is_of_the_salon
    foreign key (salon_id, profile_id) references schnittwerk_core.profiles (salon_id, id),
  constraint staff_profile_is_one_member unique (salon_id, profile_id),
  constraint staff_full_name_is_one_line check (schnittwerk_core.is_line(full_name)),
  constraint staff_email_is_an_address check (schnittwerk_core.is_email(email)),
  constraint staff_phone_is_a_number check (schnittwerk_core.is_phone(phone))
);

alter table schnittwerk_core.staff enable row level security;

comment on table schnittwerk_core.staff is 'The people who perform services.';
comment on column schnittwerk_core.staff.salon_id is 'The salon.';
comment on column schnittwerk_core.staff.id is 'Identifies the member of staff and their resource.';
comment on column schnittwerk_core.staff.kind is 'Always staff: ties the row to a resource of that kind.';
comment on column schnittwerk_core.staff.profile_id is 'The profile of the signed-in user who is this member of staff, if any.';
comment on column schnittwerk_core.staff.full_name is 'Name, as customers see it.';
comment on column schnittwerk_core.staff.email is 'E-mail address.';
comment on column schnittwerk_core.staff.phone is 'Telephone number.';
comment on column schnittwerk_core.staff.is_active is 'Inactive staff cannot be booked.';
comment on column schnittwerk_core.staff.calendar_version is
  'Raised by every change of their own availability or time off, like salon_state.calendar_version for the salon.';
comment on column schnittwerk_core.staff.created_at is 'When the member of staff was created.';
-- end include

-- include: sql/catalog/unit.sql
create table schnittwerk_core.unit (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  kind text not null default 'room',
  name text not null,
  pool text not null,
  is_active boolean not null default true,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint unit_pkey primary key (salon_id, id),
  constraint unit_is_a_resource
    foreign key (salon_id, id, kind) references schnittwerk_core.resource (salon_id, id, kind)
    on update cascade,
  constraint unit_name_is_unique_in_the_salon unique (salon_id, name),
  constraint unit_name_is_one_line check (schnittwerk_core.is_line(name)),
  constraint unit_pool_is_one_line check (schnittwerk_core.is_line(pool)),
  constraint unit_kind_is_room_or_equipment check (kind in ('room', 'equipment'))
);

create index unit_by_pool on schnittwerk_core.unit (salon_id, pool, id);

alter table schnittwerk_core.unit enable row level security;

comment on table schnittwerk_core.unit is
  'The rooms and the equipment. The units of a pool are interchangeable; a service needs some units of a pool.';
comment on column schnittwerk_core.unit.salon_id is 'The salon.';
comment on column schnittwerk_core.unit.id is 'Identifies the unit and its resource.';
comment on column schnittwerk_core.unit.kind is 'room or equipment.';
comment on column schnittwerk_core.unit.name is 'Name, unique in the salon.';
comment on column schnittwerk_core.unit.pool is 'The pool that it belongs to.';
comment on column schnittwerk_core.unit.is_active is 'Inactive units cannot be booked.';
comment on column schnittwerk_core.unit.created_at is 'When the unit was created.';
-- end include

-- include: sql/catalog/unit_closure.sql
create table schnittwerk_core.unit_closure (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  unit_id uuid not null,
  start_date date not null,
  end_date date not null,
  start_time time,
  end_time time,
  reason text,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint unit_closure_pkey primary key (salon_id, id),
  constraint unit_closure_unit_is_of_the_salon
    foreign key (salon_id, unit_id) references schnittwerk_core.unit (salon_id, id)
    on delete cascade,
  constraint unit_closure_dates_are_from_1900_to_2999
    check (start_date >= '1900-01-01' and end_date <= '2999-12-31'),
  constraint unit_closure_end_is_after_start
    check (
      end_date + coalesce(end_time, '24:00') > start_date + coalesce(start_time, '00:00')
    ),
  constraint unit_closure_reason_is_at_most_2000 check (length(reason) <= 2000)
);

create index unit_closure_by_unit on schnittwerk_core.unit_closure (salon_id, unit_id, end_date);

alter table schnittwerk_core.unit_closure enable row level security;

comment on table schnittwerk_core.unit_closure is
  'When a unit cannot be used, maintenance for example. Not in occupancy: a closure may be longer than a claim, and may overlap appointments that no other unit can take.';
comment on column schnittwerk_core.unit_closure.salon_id is 'The salon.';
comment on column schnittwerk_core.unit_closure.id is 'Identifies the closure within the salon.';
comment on column schnittwerk_core.unit_closure.unit_id is 'The unit.';
comment on column schnittwerk_core.unit_closure.start_date is 'First local date.';
comment on column schnittwerk_core.unit_closure.end_date is 'Last local date.';
comment on column schnittwerk_core.unit_closure.start_time is
  'Local time on the first date from which it is closed; null = midnight.';
comment on column schnittwerk_core.unit_closure.end_time is
  'Local time on the last date at which it is open again; null = midnight after it.';
comment on column schnittwerk_core.unit_closure.reason is 'Why.';
comment on column schnittwerk_core.unit_closure.created_at is 'When it was entered.';
-- end include

-- include: sql/catalog/add_resource.sql
create function schnittwerk_core.add_resource()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.resource (salon_id, id, kind)
  -- The kind of staff is a generated column, which has no value yet.
  values (new.salon_id, new.id, coalesce(new.kind, 'staff'))
  on conflict do nothing;
  return new;
end
$$;

comment on function schnittwerk_core.add_resource() is
  'Creates the resource of a new member of staff or unit.';

revoke execute on function schnittwerk_core.add_resource from public;

create trigger staff_are_resources
before insert on schnittwerk_core.staff
for each row execute function schnittwerk_core.add_resource();

create trigger unit_is_a_resource
before insert on schnittwerk_core.unit
for each row execute function schnittwerk_core.add_resource();
-- end include

-- include: sql/catalog/step.sql
create type schnittwerk_core.step as (minutes int, staff boolean);

comment on type schnittwerk_core.step is
  'A step of a service: how many minutes it takes, and whether it needs the member of staff (staff). In a step that does not, a gap, they can serve somebody else.';

create function schnittwerk_core.total_minutes(p_steps schnittwerk_core.step[])
returns int
language sql
immutable
parallel safe
return (select sum(s.minutes)::int from unnest(p_steps) s);

comment on function schnittwerk_core.total_minutes(schnittwerk_core.step[]) is
  'The minutes that steps take together; null for null.';

revoke execute on function schnittwerk_core.total_minutes from public;

create function schnittwerk_core.steps_begin_and_end_with_staff(p_steps schnittwerk_core.step[])
returns boolean
language sql
immutable
parallel safe
return (
  select count(*) between 1 and 24
    and bool_and(coalesce(s.minutes between 1 and 1440 and s.staff is not null, false))
    and bool_and(s.staff) filter (where s.n in (1, cardinality(p_steps)))
  from unnest(p_steps) with ordinality s (minutes, staff, n)
) or p_steps is null;

comment on function schnittwerk_core.steps_begin_and_end_with_staff(schnittwerk_core.step[]) is
  'Whether steps are possible: 1 to 24 of 1 to 1440 minutes each, the first and the last with the member of staff. Null (a service of one step) is possible.';

revoke execute on function schnittwerk_core.steps_begin_and_end_with_staff from public;

create function schnittwerk_core.least_minutes(p_steps schnittwerk_core.step[])
returns int
language sql
immutable
parallel safe
return (select sum(case when s.staff then 1 else s.minutes end)::int from unnest(p_steps) s);

comment on function schnittwerk_core.least_minutes(schnittwerk_core.step[]) is
  'The fewest minutes to which steps can be stretched: their gaps, and a minute for each step with staff; null for null.';

revoke execute on function schnittwerk_core.least_minutes from public;
-- end include

-- include: sql/catalog/need.sql
create type schnittwerk_core.need as (pool text, quantity int, from_minute int, to_minute int);

comment on type schnittwerk_core.need is
  'What a service needs of a pool: how many of its units, from which minute after the start to which. Without minutes they are needed for the whole appointment and its buffers.';

create function schnittwerk_core.needs_are_possible(
  p_needs schnittwerk_core.need[], p_minutes int
)
returns boolean
language sql
immutable
parallel safe
return (
  with need as (
    select
      d.n, d.pool, d.quantity, coalesce(d.from_minute, 0) as from_minute,
      coalesce(d.to_minute, p_minutes) as to_minute
    from unnest(p_needs) with ordinality d (pool, quantity, from_minute, to_minute, n)
  )
  select
    count(*) between 1 and 24
    and bool_and(coalesce(
      schnittwerk_core.is_line(d.pool) and d.quantity between 1 and 100
      and d.from_minute >= 0 and d.from_minute < d.to_minute and d.to_minute <= p_minutes
      and not exists (
        select from need e
        where e.n < d.n and e.pool = d.pool
          and e.from_minute < d.to_minute and d.from_minute < e.to_minute
      ), false))
  from need d
) or p_needs is null;

comment on function schnittwerk_core.needs_are_possible(schnittwerk_core.need[], int) is
  'Whether an appointment of p_minutes can have these needs: 1 to 24, each of 1 to 100 units and within its minutes, and no two needs of one pool at the same time. Null (no needs) is possible.';

revoke execute on function schnittwerk_core.needs_are_possible from public;
-- end include

-- include: sql/catalog/services.sql
create table schnittwerk_core.services (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  name text not null,
  category text not null default 'general',
  duration_minutes int not null,
  base_price numeric(10, 2) not null,
  min_price numeric(10, 2),
  max_price numeric(10, 2),
  buffer_before_minutes int,
  buffer_after_minutes int,
  is_active boolean not null default true,
  steps schnittwerk_core.step[],
  needs schnittwerk_core.need[],
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint services_pkey primary key (salon_id, id),
  constraint services_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint services_name_is_unique_in_the_salon unique (salon_id, name),
  constraint services_name_is_one_line check (schnittwerk_core.is_line(name)),
  constraint services_category_is_one_line check (schnittwerk_core.is_line(category)),
  constraint services_duration_is_1_to_1440 check (duration_minutes between 1 and 1440),
  constraint services_base_price_is_not_negative check (base_price >= 0),
  constraint services_min_price_is_not_negative check (min_price >= 0),
  constraint services_base_price_is_between_its_limits
    check (base_price >= min_price and base_price <= max_price and min_price <= max_price),
  constraint services_buffer_before_is_0_to_1440 check (buffer_before_minutes between 0 and 1440),
  constraint services_buffer_after_is_0_to_1440 check (buffer_after_minutes between 0 and 1440),
  constraint services_steps_begin_and_end_with_staff
    check (schnittwerk_core.steps_begin_and_end_with_staff(steps)),
  constraint services_duration_is_that_of_their_steps
    check (duration_minutes = schnittwerk_core.total_minutes(steps)),
  constraint services_needs_are_possible
    check (schnittwerk_core.needs_are_possible(needs, duration_minutes))
);

alter table schnittwerk_core.services enable row level security;

comment on table schnittwerk_core.services is 'What can be booked.';
comment on column schnittwerk_core.services.salon_id is 'The salon.';
comment on column schnittwerk_core.services.id is 'Identifies the service within the salon.';
comment on column schnittwerk_core.services.name is 'Name, unique in the salon.';
comment on column schnittwerk_core.services.category is 'Free grouping for menus.';
comment on column schnittwerk_core.services.duration_minutes is 'Minutes, unless the member of staff has their own duration.';
comment on column schnittwerk_core.services.base_price is 'Price in the salon''s currency, unless the member of staff has their own.';
comment on column schnittwerk_core.services.min_price is
  'The least it costs, whatever the member of staff''s price and the price rules; null = no limit.';
comment on column schnittwerk_core.services.max_price is 'The most it costs; null = no limit.';
comment on column schnittwerk_core.services.buffer_before_minutes is 'Minutes kept free before; null = none.';
comment on column schnittwerk_core.services.buffer_after_minutes is 'Minutes kept free after; null = the salon''s buffer_time_minutes.';
comment on column schnittwerk_core.services.is_active is 'Inactive services cannot be booked.';
comment on column schnittwerk_core.services.steps is
  'Its steps in order; null = one step of the duration.';
comment on column schnittwerk_core.services.needs is
  'What it needs of pools; null = nothing. Needs of one pool do not overlap.';
comment on column schnittwerk_core.services.created_at is 'When the service was created.';
-- end include

-- include: sql/catalog/staff_services.sql
create table schnittwerk_core.staff_services (
  salon_id uuid not null,
  service_id uuid not null,
  staff_id uuid not null,
  custom_price numeric(10, 2),
  estimated_duration_minutes int,
  steps schnittwerk_core.step[],
  constraint staff_services_pkey primary key (salon_id, service_id, staff_id),
  constraint staff_services_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id)
    on delete cascade,
  constraint staff_services_service_is_of_the_salon
    foreign key (salon_id, service_id) references schnittwerk_core.services (salon_id, id)
    on delete cascade,
  constraint staff_services_custom_price_is_not_negative check (custom_price >= 0),
  constraint staff_services_duration_is_1_to_1440
    check (estimated_duration_minutes between 1 and 1440),
  constraint staff_services_steps_begin_and_end_with_staff
    check (schnittwerk_core.steps_begin_and_end_with_staff(steps)),
  constraint staff_services_duration_is_that_of_their_steps
    check (
      steps is null
      or coalesce(estimated_duration_minutes = schnittwerk_core.total_minutes(steps), false)
    )
);

create index staff_services_by_staff
  on schnittwerk_core.staff_services (salon_id, staff_id, service_id);

alter table schnittwerk_core.staff_services enable row level security;

comment on table schnittwerk_core.staff_services is 'Who performs which service, and on what terms.';
comment on column schnittwerk_core.staff_services.salon_id is 'The salon.';
comment on column schnittwerk_core.staff_services.service_id is 'The service.';
comment on column schnittwerk_core.staff_services.staff_id is 'Who performs it.';
comment on column schnittwerk_core.staff_services.custom_price is 'Their price; null = the service''s.';
comment on column schnittwerk_core.staff_services.estimated_duration_minutes is 'Their minutes; null = the service''s.';
comment on column schnittwerk_core.staff_services.steps is
  'Their own steps, as many as the service''s; null = the service''s, those with staff stretched to their minutes.';
-- end include

-- include: sql/catalog/stretched_steps.sql
create function schnittwerk_core.stretched_steps(p_steps schnittwerk_core.step[], p_minutes int)
returns schnittwerk_core.step[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select array_agg(row(o.minutes, o.staff)::schnittwerk_core.step order by o.n)
    from (
      select
        e.n, e.staff,
        case when e.staff then e.until_minute - lag(e.until_minute, 1, 0) over staff_steps
          else e.minutes end as minutes
      from (
        select
          s.n, s.minutes, s.staff,
          -- The minutes with staff up to this step, in proportion and rounded half up, but at least
          -- one for this step and for each of those that follow.
          least(
            s.number + greatest(0, max(
              (2 * s.until_minute * s.wanted + s.total) / (2 * s.total) - s.number
            ) over (partition by s.staff order by s.n)),
            s.wanted - s.count + s.number
          )::int as until_minute
        from (
          select
            s.n, s.minutes, s.staff,
            row_number() over staff_steps as number,
            sum(s.minutes) over staff_steps as until_minute,
            count(*) over (partition by s.staff) as count,
            sum(s.minutes) over (partition by s.staff) as total,
            p_minutes - coalesce(sum(s.minutes) filter (where not s.staff) over (), 0) as wanted
          from unnest(p_steps) with ordinality s (minutes, staff, n)
          window staff_steps as (partition by s.staff order by s.n)
        ) s
      ) e
      window staff_steps as (partition by e.staff order by e.n)
    ) o
  );
end
$$;

comment on function schnittwerk_core.stretched_steps(schnittwerk_core.step[], int) is
  'The steps of a member of staff who takes p_minutes for a service. Gaps keep their length. The steps with staff share the difference in proportion, by cumulative rounding, each at least a minute. p_minutes must be at least the gaps and a minute for each step with staff.';

revoke execute on function schnittwerk_core.stretched_steps from public;
-- end include

-- include: sql/catalog/stretched_needs.sql
create function schnittwerk_core.stretched_needs(
  p_needs schnittwerk_core.need[],
  p_steps schnittwerk_core.step[],
  p_own_steps schnittwerk_core.step[]
)
returns schnittwerk_core.need[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    with step as (
      select
        sum(s.minutes) over earlier - s.minutes as from_minute, s.minutes,
        sum(o.minutes) over earlier - o.minutes as own_from_minute, o.minutes as own_minutes
      from unnest(p_steps) with ordinality s (minutes, staff, n)
      join unnest(p_own_steps) with ordinality o (minutes, staff, n) on o.n = s.n
      window earlier as (order by s.n)
    ),
    moved as (
      select
        d.n, d.from_minute as old_from_minute, d.pool, d.quantity,
        max(b.own_minute) filter (where b.is_from)::int as from_minute,
        max(b.own_minute) filter (where not b.is_from)::int as to_minute
      from unnest(p_needs) with ordinality d (pool, quantity, from_minute, to_minute, n)
      cross join lateral (
        select m.is_from, (
          -- Leaves a minute even to a need at the very end.
          select least(
            s.own_from_minute + round((m.minute - s.from_minute) * s.own_minutes / s.minutes),
            schnittwerk_core.total_minutes(p_own_steps) - m.is_from::int)
          from step s
          where s.from_minute <= m.minute
          order by s.from_minute desc
          limit 1
        ) as own_minute
        from (values (true, d.from_minute::numeric), (false, d.to_minute)) m (is_from, minute)
      ) b
      group by d.n, d.from_minute, d.pool, d.quantity
    )
    select array_agg(
      row(m.pool, m.quantity, m.from_minute, m.to_minute)::schnittwerk_core.need order by m.n)
    from (
      select
        m.n, m.pool, m.quantity, m.from_minute,
        case when m.to_minute is not null then least(
          greatest(m.to_minute, coalesce(m.from_minute, 0) + 1),
          lead(m.from_minute) over (partition by m.pool order by m.old_from_minute nulls first)
        ) end as to_minute
      from moved m
    ) m
    where (m.to_minute <= coalesce(m.from_minute, 0)) is not true
  );
end
$$;

comment on function schnittwerk_core.stretched_needs(schnittwerk_core.need[], schnittwerk_core.step[], schnittwerk_core.step[]) is
  'The needs of a service for a member of staff with other minutes. Each minute of a need moves with its step, from p_steps to the same step of p_own_steps, in proportion and rounded. A need lasts at least a minute, unless another need of its pool begins in that minute: then it is dropped.';

revoke execute on function schnittwerk_core.stretched_needs from public;
-- end include

-- include: sql/catalog/staff_steps.sql
create function schnittwerk_core.staff_steps(
  p_steps schnittwerk_core.step[],
  p_minutes int,
  p_own_steps schnittwerk_core.step[],
  p_own_minutes int
)
returns schnittwerk_core.step[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return case
    when p_steps is null then null
    when p_own_steps is not null then p_own_steps
    when p_own_minutes <> p_minutes
      then schnittwerk_core.stretched_steps(p_steps, p_own_minutes)
    else p_steps
  end;
end
$$;

comment on function schnittwerk_core.staff_steps(schnittwerk_core.step[], int, schnittwerk_core.step[], int) is
  'The steps of a service for a member of staff who performs it: their own, or the service''s, stretched to their minutes. Null = one step. p_own_steps, p_own_minutes: null where they have none of their own.';

revoke execute on function schnittwerk_core.staff_steps from public;

create function schnittwerk_core.staff_needs(
  p_needs schnittwerk_core.need[],
  p_steps schnittwerk_core.step[],
  p_minutes int,
  p_own_steps schnittwerk_core.step[],
  p_own_minutes int
)
returns schnittwerk_core.need[]
language plpgsql
immutable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_needs is not null and (p_own_minutes <> p_minutes or p_own_steps <> p_steps) then
    return schnittwerk_core.stretched_needs(
      p_needs,
      coalesce(p_steps, array[row(p_minutes, true)::schnittwerk_core.step]),
      coalesce(
        schnittwerk_core.staff_steps(p_steps, p_minutes, p_own_steps, p_own_minutes),
        array[row(p_own_minutes, true)::schnittwerk_core.step]));
  end if;
  return p_needs;
end
$$;

comment on function schnittwerk_core.staff_needs(schnittwerk_core.need[], schnittwerk_core.step[], int, schnittwerk_core.step[], int) is
  'What a service needs of pools when a member of staff performs it: the service''s needs, moved with their steps. Null = nothing.';

revoke execute on function schnittwerk_core.staff_needs from public;
-- end include

-- include: sql/catalog/step_faults.sql
create function schnittwerk_core.step_faults(p_path text, p_steps jsonb)
returns jsonb[]
language sql
stable
parallel safe
return array(
  select schnittwerk_core.json_fault(p_path, p_steps, 'array')
  union all
  select f.fault
  from schnittwerk_core.list_items(p_path, p_steps) i
  cross join lateral unnest(
    schnittwerk_core.object_faults(i.path, i.value, '{minutes,staff}')
    || array[
      schnittwerk_core.json_number_fault(i.path || '.minutes', i.value -> 'minutes', 1, 1440),
      schnittwerk_core.json_fault(i.path || '.staff', i.value -> 'staff', 'boolean', true)
    ]
  ) f (fault)
  union all
  select schnittwerk_core.fault(
    p_path,
    s.count not between 1 and 24 or s.minutes > 1440 or not s.begins_and_ends_with_staff,
    'impossible_steps',
    p_path || ' must be 1 to 24 steps, the first and the last with staff, of 1440 minutes at most'
  )
  from (
    select
      count(*) as count,
      sum(schnittwerk_core.json_number(i.value -> 'minutes')) as minutes,
      bool_and(i.value -> 'staff' = 'true') filter (where 1 in (i.n, i.n_from_end))
        as begins_and_ends_with_staff
    from (
      select i.value, i.n, row_number() over (order by i.n desc) as n_from_end
      from schnittwerk_core.list_items(p_path, p_steps) i
    ) i
  ) s
  where jsonb_typeof(p_steps) = 'array'
);

comment on function schnittwerk_core.step_faults(text, jsonb) is
  'The faults of steps in JSON, [{"minutes", "staff"}]; null has none.';

revoke execute on function schnittwerk_core.step_faults from public;

create function schnittwerk_core.json_steps(p_steps jsonb)
returns schnittwerk_core.step[]
language sql
stable
parallel safe
return (
  select array_agg(
    row((s.value ->> 'minutes')::numeric::int, (s.value -> 'staff')::boolean)::schnittwerk_core.step
    order by s.n)
  from jsonb_array_elements(case jsonb_typeof(p_steps) when 'array' then p_steps else '[]' end)
    with ordinality s (value, n)
);

comment on function schnittwerk_core.json_steps(jsonb) is
  'The steps of a JSON list that has no step_faults; null for null.';

revoke execute on function schnittwerk_core.json_steps from public;
-- end include

-- include: sql/catalog/need_faults.sql
create function schnittwerk_core.json_needs(p_needs jsonb)
returns schnittwerk_core.need[]
language sql
stable
parallel safe
return (
  select array_agg(
    row(
      schnittwerk_core.line(d.value ->> 'pool'),
      coalesce((d.value ->> 'quantity')::numeric::int, 1),
      (d.value ->> 'from_minute')::numeric::int,
      (d.value ->> 'to_minute')::numeric::int
    )::schnittwerk_core.need
    order by d.n)
  from jsonb_array_elements(p_needs) with ordinality d (value, n)
);

comment on function schnittwerk_core.json_needs(jsonb) is
  'The needs of a JSON list of objects; null for none.';

revoke execute on function schnittwerk_core.json_needs from public;

create function schnittwerk_core.need_faults(p_path text, p_service schnittwerk_core.services)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    with need as (
      select
        d.n, d.pool, d.quantity, format('%s[%s]', p_path, d.n - 1) as path, d.to_minute as until,
        coalesce(d.from_minute, 0) as from_minute,
        coalesce(d.to_minute, p_service.duration_minutes) as to_minute
      from unnest(p_service.needs) with ordinality d (pool, quantity, from_minute, to_minute, n)
    )
    select f.fault
    from need d
    cross join lateral (
      select count(*) as all, count(*) filter (where u.is_active) as active
      from schnittwerk_core.unit u
      where u.salon_id = p_service.salon_id and u.pool = d.pool
    ) has
    cross join lateral unnest(array[
      case when has.all = 0 then schnittwerk_core.fault(
        d.path || '.pool', true, 'unknown_pool',
        format('There is no pool "%s"; %s', d.pool, (
          select coalesce(
            'the pools are: ' || string_agg(p.pool, ', ' order by p.pool), 'the salon has no pools')
          from (
            select distinct u.pool
            from schnittwerk_core.unit u
            where u.salon_id = p_service.salon_id
          ) p
        )))
      else schnittwerk_core.fault(
        d.path || '.quantity', d.quantity > has.active, 'too_many',
        format('The pool "%s" has %s active units', d.pool, has.active)) end,
      schnittwerk_core.fault(
        d.path || '.to_minute', d.to_minute > p_service.duration_minutes, 'out_of_range',
        format('%s.to_minute must be at most %s, the minutes of the service',
          d.path, p_service.duration_minutes)),
      schnittwerk_core.fault(
        d.path || '.from_minute', d.from_minute >= d.to_minute, 'out_of_range',
        format('%s.from_minute must be before %s', d.path, d.to_minute)),
      schnittwerk_core.fault(
        d.path,
        exists (
          select from need e
          where e.n < d.n and e.pool = d.pool
            and e.from_minute < d.to_minute and d.from_minute < e.to_minute
        ),
        'overlap', d.path || ' overlaps an earlier need of the same pool: give one with the sum')
    ]) f (fault)
    where f.fault is not null
    order by d.n
  );
end
$$;

comment on function schnittwerk_core.need_faults(text, schnittwerk_core.services) is
  'The faults of a service''s needs that depend on the salon and the service: unknown pools, more units than a pool has, minutes beyond the service, and needs of one pool that overlap.';

revoke execute on function schnittwerk_core.need_faults from public;
-- end include

-- include: sql/catalog/service_json.sql
create function schnittwerk_core.service_json(p_service schnittwerk_core.services)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_service)
  || jsonb_build_object('created_at', schnittwerk_core.utc_text((p_service).created_at));

comment on function schnittwerk_core.service_json(schnittwerk_core.services) is
  'A service with all its columns, times in UTC.';

revoke execute on function schnittwerk_core.service_json from public;
-- end include

-- include: sql/catalog/service_misfits.sql
create function schnittwerk_core.service_misfits(
  p_path text, p_service schnittwerk_core.services
)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_least constant int := schnittwerk_core.least_minutes(p_service.steps);
begin
  return array(
    select schnittwerk_core.fault(
      p_path, true, 'shorter_than_needs',
      format('It would take %s minutes, but needs "%s" up to minute %s: '
        'call set_service_resources first', p_service.duration_minutes, d.pool, d.until_minute))
    from (
      select d.pool, greatest(d.from_minute + 1, d.to_minute) as until_minute
      from unnest(p_service.needs) d
    ) d
    where d.until_minute > p_service.duration_minutes
  ) || array(
    select schnittwerk_core.fault(
      p_path, true, 'too_short_for_staff',
      format('%s performs it in %s minutes, but the gaps and a minute for each step with staff '
        'take %s: call set_staff_services first',
        m.full_name, p.estimated_duration_minutes, v_least))
    from schnittwerk_core.staff_services p
    join schnittwerk_core.staff m on m.salon_id = p.salon_id and m.id = p.staff_id
    where p.salon_id = p_service.salon_id and p.service_id = p_service.id
      and p.steps is null and p.estimated_duration_minutes < v_least
    order by m.id
  );
end
$$;

comment on function schnittwerk_core.service_misfits(text, schnittwerk_core.services) is
  'The faults that the argument p_path would give a service: shorter than its needs, or with steps that do not fit the minutes of a member of staff.';

revoke execute on function schnittwerk_core.service_misfits from public;
-- end include

-- include: sql/catalog/service_price_faults.sql
create function schnittwerk_core.service_price_faults(
  p_base_price numeric,
  p_min_price numeric,
  p_max_price numeric,
  p_min_is_given boolean,
  p_max_is_given boolean
)
returns jsonb[]
language sql
stable
parallel safe
return array[
  schnittwerk_core.fault(
    case when p_min_is_given then 'p_min_price' else 'p_base_price' end,
    coalesce(p_min_price > p_base_price, false), 'out_of_range',
    case when p_min_is_given
      then format('p_min_price must be at most %s, the base price', p_base_price)
      else format('p_base_price must be at least %s, the min_price of the service', p_min_price)
    end),
  schnittwerk_core.fault(
    case when p_max_is_given then 'p_max_price' else 'p_base_price' end,
    coalesce(p_max_price < p_base_price, false), 'out_of_range',
    case when p_max_is_given
      then format('p_max_price must be at least %s, the base price', p_base_price)
      else format('p_base_price must be at most %s, the max_price of the service', p_max_price)
    end)
];

comment on function schnittwerk_core.service_price_faults(numeric, numeric, numeric, boolean, boolean) is
  'The faults of a service whose base price would be outside its limits: each names the limit if the call gives it, else the base price.';

revoke execute on function schnittwerk_core.service_price_faults from public;
-- end include

-- include: sql/catalog/unit_json.sql
create function schnittwerk_core.unit_json(p_unit schnittwerk_core.unit)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_unit)
  || jsonb_build_object('created_at', schnittwerk_core.utc_text((p_unit).created_at));

comment on function schnittwerk_core.unit_json(schnittwerk_core.unit) is
  'A room or piece of equipment with all its columns, times in UTC.';

revoke execute on function schnittwerk_core.unit_json from public;

create function schnittwerk_core.unit_closure_json(p_closure schnittwerk_core.unit_closure)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_closure) - 'unit_id' || jsonb_build_object(
  'resource_id', (p_closure).unit_id,
  'start_time', schnittwerk_core.time_text((p_closure).start_time),
  'end_time', schnittwerk_core.time_text((p_closure).end_time),
  'created_at', schnittwerk_core.utc_text((p_closure).created_at)
);

comment on function schnittwerk_core.unit_closure_json(schnittwerk_core.unit_closure) is
  'A closure of a room or piece of equipment with all its columns, local times as HH:MM, instants in UTC.';

revoke execute on function schnittwerk_core.unit_closure_json from public;
-- end include

-- include: sql/catalog/require_staff.sql
create function schnittwerk_core.require_staff(
  p_salon_id uuid, p_staff_ids uuid[], p_item int default null
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if exists (
    select from unnest(p_staff_ids) i (id)
    where i.id is not null and not exists (
      select from schnittwerk_core.staff m where m.salon_id = p_salon_id and m.id = i.id
    )
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such member of staff', p_item);
  end if;
end
$$;

comment on function schnittwerk_core.require_staff(uuid, uuid[], int) is
  'Refuses with not_found unless every given id is that of a member of the salon''s staff. Null ids are ignored. p_item as for refuse.';

revoke execute on function schnittwerk_core.require_staff from public;
-- end include

-- include: sql/catalog/require_profile.sql
create function schnittwerk_core.require_profile(p_salon_id uuid, p_profile_id uuid)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_profile_id is null then
    return;
  end if;
  -- The lock that a foreign key takes: another transaction may be erasing the user.
  perform from schnittwerk_core.profiles p
  where p.salon_id = p_salon_id and p.id = p_profile_id
  for key share;
  if not found then
    perform schnittwerk_core.refuse(
      'not_found', 'There is no such profile: call save_profile first');
  end if;
end
$$;

comment on function schnittwerk_core.require_profile(uuid, uuid) is
  'Refuses with not_found a profile that the salon does not have, and keeps an existing one from being deleted until the transaction ends. Null passes.';

revoke execute on function schnittwerk_core.require_profile from public;
-- end include

-- include: sql/catalog/for_own_staff.sql
create function schnittwerk_core.for_own_staff(
  p_caller schnittwerk_core.caller, p_staff_id uuid
)
returns schnittwerk_core.caller
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_caller.answer is null and p_caller.role = 'staff' and not exists (
    select from schnittwerk_core.staff m
    where m.salon_id = p_caller.salon_id and m.id = p_staff_id
      and m.profile_id = p_caller.user_id
  ) then
    p_caller.answer := schnittwerk_core.failure(
      'forbidden', 'Staff may do this for themselves only');
  end if;
  return p_caller;
end
$$;

comment on function schnittwerk_core.for_own_staff(schnittwerk_core.caller, uuid) is
  'Refuses a member of staff who acts for a colleague where only admins may act for anyone.';

revoke execute on function schnittwerk_core.for_own_staff from public;
-- end include

-- include: sql/catalog/salon_json.sql
create function schnittwerk_core.salon_json(p_salon schnittwerk_core.salon)
returns jsonb
language sql
stable
return to_jsonb(p_salon) || jsonb_build_object(
  'preferred_from', schnittwerk_core.time_text((p_salon).preferred_from),
  'preferred_until', schnittwerk_core.time_text((p_salon).preferred_until),
  'created_at', schnittwerk_core.utc_text((p_salon).created_at)
);

comment on function schnittwerk_core.salon_json(schnittwerk_core.salon) is
  'A salon as API answers show it.';

revoke execute on function schnittwerk_core.salon_json from public;
-- end include

-- include: sql/catalog/customer_json.sql
create function schnittwerk_core.customer_json(p_customer schnittwerk_core.customers)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_customer) - '{email_is_own,erased_at}'::text[]
  || jsonb_build_object('created_at', schnittwerk_core.utc_text((p_customer).created_at));

comment on function schnittwerk_core.customer_json(schnittwerk_core.customers) is
  'A customer without the engine''s internal columns, times in UTC.';

revoke execute on function schnittwerk_core.customer_json from public;
-- end include

-- include: sql/catalog/own_customer.sql
create function schnittwerk_core.own_customer(p_caller schnittwerk_core.caller)
returns uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select c.id
    from schnittwerk_core.customers c
    where c.salon_id = p_caller.salon_id and c.profile_id = p_caller.user_id
  );
end
$$;

comment on function schnittwerk_core.own_customer(schnittwerk_core.caller) is
  'The customer who is the caller; null if there is none.';

revoke execute on function schnittwerk_core.own_customer from public;
-- end include

-- include: sql/catalog/may_know_customer.sql
create function schnittwerk_core.may_know_customer(
  p_caller schnittwerk_core.caller, p_customer_id uuid
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select from schnittwerk_core.customers c
    where c.salon_id = p_caller.salon_id and c.id = p_customer_id
      and (schnittwerk_core.is_of_salon(p_caller) or c.profile_id = p_caller.user_id)
  );
end
$$;

comment on function schnittwerk_core.may_know_customer(schnittwerk_core.caller, uuid) is
  'Whether a customer with this id exists and the caller may see them: the salon team sees all, a customer only themselves.';

revoke execute on function schnittwerk_core.may_know_customer from public;
-- end include

-- include: sql/catalog/customer_merge.sql
-- No references: who is kept can be merged themselves, and then their row is gone, too.
create table schnittwerk_core.customer_merge (
  salon_id uuid not null,
  merged_id uuid not null,
  kept_id uuid not null,
  merged_at timestamptz not null default schnittwerk_core.clock(),
  constraint customer_merge_pkey primary key (salon_id, merged_id),
  constraint customer_merge_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint customer_merge_is_of_two_customers check (merged_id <> kept_id)
);

create index customer_merge_by_kept on schnittwerk_core.customer_merge (salon_id, kept_id);

alter table schnittwerk_core.customer_merge enable row level security;

comment on table schnittwerk_core.customer_merge is
  'Which customers were merged into others. Stored answers, events and the journal still name the merged one; unmerge_customer deletes the row.';
comment on column schnittwerk_core.customer_merge.salon_id is 'The salon.';
comment on column schnittwerk_core.customer_merge.merged_id is 'The customer whose row is gone.';
comment on column schnittwerk_core.customer_merge.kept_id is
  'The customer who got what was theirs, and who may have been merged into another since.';
comment on column schnittwerk_core.customer_merge.merged_at is
  'When. The journal''s entries of the merge are of this moment.';

create function schnittwerk_core.current_customer(p_salon_id uuid, p_customer_id uuid)
returns uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid := p_customer_id;
  v_kept_id uuid;
begin
  loop
    select m.kept_id into v_kept_id
    from schnittwerk_core.customer_merge m
    where m.salon_id = p_salon_id and m.merged_id = v_id;
    exit when not found;
    v_id := v_kept_id;
  end loop;
  return v_id;
end
$$;

comment on function schnittwerk_core.current_customer(uuid, uuid) is
  'The customer who has what was a customer''s: themselves, or whom they were merged into.';

revoke execute on function schnittwerk_core.current_customer from public;

create function schnittwerk_core.ids_of_customer(p_salon_id uuid, p_customer_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    with recursive known (id) as (
      select p_customer_id
      union
      select m.merged_id
      from known k
      join schnittwerk_core.customer_merge m on m.salon_id = p_salon_id and m.kept_id = k.id
    )
    select k.id from known k where k.id is not null
  );
end
$$;

comment on function schnittwerk_core.ids_of_customer(uuid, uuid) is
  'The ids under which a customer is known: their own, and those of the customers who were merged into them.';

revoke execute on function schnittwerk_core.ids_of_customer from public;
-- end include

-- include: sql/catalog/merge_changes.sql
create type schnittwerk_core.merge_change as (
  journal_id uuid,
  table_name text,
  row_key jsonb,
  kind text,
  before jsonb,
  after jsonb
);

comment on type schnittwerk_core.merge_change is
  'What a merge of customers changed: an entry of the journal with its personal values.';

create function schnittwerk_core.merge_changes(p_merge schnittwerk_core.customer_merge)
returns schnittwerk_core.merge_change[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select row(
      j.id, j.table_name, j.row_key, j.kind, j.before || coalesce(p.before, '{}'),
      j.after || coalesce(p.after, '{}')
    )::schnittwerk_core.merge_change
    from schnittwerk_core.journal m
    -- of one call: a statement can make several
    join schnittwerk_core.journal j
      on j.salon_id = m.salon_id and j.transaction_id = m.transaction_id
      and j.operation_id = m.operation_id
    left join schnittwerk_core.journal_personal p
      on p.salon_id = j.salon_id and p.occurred_at = j.occurred_at and p.journal_id = j.id
    where m.salon_id = p_merge.salon_id and m.subject_id = p_merge.merged_id
      -- so that one month is read
      and m.occurred_at = p_merge.merged_at and j.occurred_at = p_merge.merged_at
      and m.table_name = 'customer_merge' and m.kind = 'created'
    order by j.number
  );
end
$$;

comment on function schnittwerk_core.merge_changes(schnittwerk_core.customer_merge) is
  'What a merge of customers changed, in order, as far as the journal still tells it.';

revoke execute on function schnittwerk_core.merge_changes from public;
-- end include

-- include: sql/catalog/hold_customer.sql
create function schnittwerk_core.hold_customer(p_salon_id uuid, p_customer_id uuid)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.customers c
  where c.salon_id = p_salon_id and c.id = p_customer_id and c.erased_at is null
  for key share;
  return found;
end
$$;

comment on function schnittwerk_core.hold_customer(uuid, uuid) is
  'Keeps a customer from being erased until the transaction ends, by the lock that foreign keys take. Returns false if they do not exist or have been erased. Call it before lock_resources.';

revoke execute on function schnittwerk_core.hold_customer from public;
-- end include

-- include: sql/catalog/require_customer.sql
create function schnittwerk_core.require_customer(
  p_caller schnittwerk_core.caller, p_customer_id uuid
)
returns uuid
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.customers c
  where c.salon_id = p_caller.salon_id and c.id = p_customer_id and c.erased_at is null
    and (schnittwerk_core.is_of_salon(p_caller) or c.profile_id = p_caller.user_id)
  for key share;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  end if;
  return p_customer_id;
end
$$;

comment on function schnittwerk_core.require_customer(schnittwerk_core.caller, uuid) is
  'Refuses with not_found if the customer does not exist or the caller may not see them. Keeps the customer from being erased until the transaction ends, by the lock that foreign keys take. Call it before lock_resources.';

revoke execute on function schnittwerk_core.require_customer from public;
-- end include

-- include: sql/catalog/require_service_and_staff.sql
create function schnittwerk_core.require_service_and_staff(
  p_salon_id uuid, p_service_id uuid, p_staff_ids uuid[], p_item int default null
)
returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if not exists (
    select from schnittwerk_core.services v
    where v.salon_id = p_salon_id and v.id = p_service_id
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such service', p_item);
  end if;
  perform schnittwerk_core.require_staff(p_salon_id, p_staff_ids, p_item);
end
$$;

comment on function schnittwerk_core.require_service_and_staff(uuid, uuid, uuid[], int) is
  'Refuses with not_found if the salon does not have the service or any of the given staff. Null ids are ignored. p_item as for refuse.';

revoke execute on function schnittwerk_core.require_service_and_staff from public;
-- end include

commit;
