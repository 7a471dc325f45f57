-- Deploy schnittwerk:catalog to pg

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
  booking_turns bigint not null default 0,
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

comment on table schnittwerk_core.customers is 'Who books.';
comment on column schnittwerk_core.customers.salon_id is 'The salon.';
comment on column schnittwerk_core.customers.id is 'Identifies the customer within the salon.';
comment on column schnittwerk_core.customers.profile_id is 'The signed-in user this customer is, if any.';
comment on column schnittwerk_core.customers.full_name is 'Name, as the salon writes it.';
comment on column schnittwerk_core.customers.email is 'E-mail address.';
comment on column schnittwerk_core.customers.email_is_own is
  'Whether the customer entered the address themself, by register_customer: then another row may have it too.';
comment on column schnittwerk_core.customers.phone is 'Telephone number.';
comment on column schnittwerk_core.customers.notes is 'The salon''s notes on the customer.';
comment on column schnittwerk_core.customers.booking_turns is
  'Raised by every booking under a limit, so that two at once count each other.';
comment on column schnittwerk_core.customers.created_at is 'When the customer was saved first.';
comment on column schnittwerk_core.customers.erased_at is
  'When the personal data was erased; null = it was not.';
-- end include

-- include: sql/catalog/resource.sql
create table schnittwerk_core.resource (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  kind text not null,
  constraint resource_pkey primary key (salon_id, id),
  constraint resource_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint resource_kind_is_known check (kind in ('staff', 'room', 'equipment', 'customer')),
  constraint resource_kind_is_part_of_its_identity unique (salon_id, id, kind)
);

alter table schnittwerk_core.resource enable row level security;

comment on table schnittwerk_core.resource is
  'Whatever can be in one place at a time: staff, rooms, equipment, customers. Its row is the lock that writers of its time take first.';
comment on column schnittwerk_core.resource.salon_id is 'The salon.';
comment on column schnittwerk_core.resource.id is 'The same id as the member of staff, room or customer that it is.';
comment on column schnittwerk_core.resource.kind is 'staff, room, equipment or customer.';
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

comment on table schnittwerk_core.staff is 'Who performs services.';
comment on column schnittwerk_core.staff.salon_id is 'The salon.';
comment on column schnittwerk_core.staff.id is 'Identifies the member of staff, and the resource that they are.';
comment on column schnittwerk_core.staff.kind is 'Always staff: ties the row to a resource of that kind.';
comment on column schnittwerk_core.staff.profile_id is 'The signed-in user this member of staff is, if any.';
comment on column schnittwerk_core.staff.full_name is 'Name, as customers see it.';
comment on column schnittwerk_core.staff.email is 'E-mail address.';
comment on column schnittwerk_core.staff.phone is 'Telephone number.';
comment on column schnittwerk_core.staff.is_active is 'Inactive staff cannot be booked.';
comment on column schnittwerk_core.staff.calendar_version is
  'Raised by every change of their own availability or time off, as salon_state.calendar_version is by the salon''s.';
comment on column schnittwerk_core.staff.created_at is 'When the member of staff was saved first.';
-- end include

-- include: sql/catalog/staff_are_resources.sql
create function schnittwerk_core.staff_are_resources()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.resource (salon_id, id, kind)
  values (new.salon_id, new.id, 'staff')
  on conflict do nothing;
  return new;
end
$$;

comment on function schnittwerk_core.staff_are_resources() is
  'Makes the resource that a new member of staff is.';

revoke execute on function schnittwerk_core.staff_are_resources from public;

create trigger staff_are_resources
before insert on schnittwerk_core.staff
for each row execute function schnittwerk_core.staff_are_resources();
-- end include

-- include: sql/catalog/services.sql
create table schnittwerk_core.services (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  name text not null,
  category text not null default 'general',
  duration_minutes int not null,
  base_price numeric(10, 2) not null,
  buffer_before_minutes int,
  buffer_after_minutes int,
  is_active boolean not null default true,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint services_pkey primary key (salon_id, id),
  constraint services_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint services_name_is_unique_in_the_salon unique (salon_id, name),
  constraint services_name_is_one_line check (schnittwerk_core.is_line(name)),
  constraint services_category_is_one_line check (schnittwerk_core.is_line(category)),
  constraint services_duration_is_1_to_1440 check (duration_minutes between 1 and 1440),
  constraint services_base_price_is_not_negative check (base_price >= 0),
  constraint services_buffer_before_is_0_to_1440 check (buffer_before_minutes between 0 and 1440),
  constraint services_buffer_after_is_0_to_1440 check (buffer_after_minutes between 0 and 1440)
);

alter table schnittwerk_core.services enable row level security;

comment on table schnittwerk_core.services is 'What can be booked.';
comment on column schnittwerk_core.services.salon_id is 'The salon.';
comment on column schnittwerk_core.services.id is 'Identifies the service within the salon.';
comment on column schnittwerk_core.services.name is 'Name, unique in the salon.';
comment on column schnittwerk_core.services.category is 'Free grouping for menus.';
comment on column schnittwerk_core.services.duration_minutes is 'Minutes, unless who performs it takes their own.';
comment on column schnittwerk_core.services.base_price is 'Price in the salon''s currency, unless who performs it has their own.';
comment on column schnittwerk_core.services.buffer_before_minutes is 'Minutes kept free before; null = none.';
comment on column schnittwerk_core.services.buffer_after_minutes is 'Minutes kept free after; null = the salon''s buffer_time_minutes.';
comment on column schnittwerk_core.services.is_active is 'Inactive services cannot be booked.';
comment on column schnittwerk_core.services.created_at is 'When the service was saved first.';
-- end include

-- include: sql/catalog/staff_services.sql
create table schnittwerk_core.staff_services (
  salon_id uuid not null,
  service_id uuid not null,
  staff_id uuid not null,
  custom_price numeric(10, 2),
  estimated_duration_minutes int,
  constraint staff_services_pkey primary key (salon_id, service_id, staff_id),
  constraint staff_services_staff_is_of_the_salon
    foreign key (salon_id, staff_id) references schnittwerk_core.staff (salon_id, id)
    on delete cascade,
  constraint staff_services_service_is_of_the_salon
    foreign key (salon_id, service_id) references schnittwerk_core.services (salon_id, id)
    on delete cascade,
  constraint staff_services_custom_price_is_not_negative check (custom_price >= 0),
  constraint staff_services_duration_is_1_to_1440
    check (estimated_duration_minutes between 1 and 1440)
);

create index staff_services_by_staff on schnittwerk_core.staff_services (salon_id, staff_id);

alter table schnittwerk_core.staff_services enable row level security;

comment on table schnittwerk_core.staff_services is 'Who performs which service, and on what terms.';
comment on column schnittwerk_core.staff_services.salon_id is 'The salon.';
comment on column schnittwerk_core.staff_services.service_id is 'The service.';
comment on column schnittwerk_core.staff_services.staff_id is 'Who performs it.';
comment on column schnittwerk_core.staff_services.custom_price is 'Their price; null = the service''s.';
comment on column schnittwerk_core.staff_services.estimated_duration_minutes is 'Their minutes; null = the service''s.';
-- end include

-- include: sql/catalog/require_staff.sql
create function schnittwerk_core.require_staff(p_salon_id uuid, p_staff_ids uuid[])
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
    perform schnittwerk_core.refuse('not_found', 'There is no such member of staff');
  end if;
end
$$;

comment on function schnittwerk_core.require_staff(uuid, uuid[]) is
  'Refuses with not_found unless every id that is given is a member of the salon''s staff; null ids do not count.';

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
  -- locked as what refers to it locks it: its user may be erased at this moment
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
  'Refuses with not_found a profile that the salon does not have, and keeps one that it has until the transaction ends; null passes.';

revoke execute on function schnittwerk_core.require_profile from public;
-- end include

-- include: sql/catalog/enter_for_staff.sql
create function schnittwerk_core.enter_for_staff(p_salon_id uuid, p_staff_id uuid)
returns schnittwerk_core.caller
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id, '{admin,staff}');
begin
  if v_caller.role = 'staff' and not exists (
    select from schnittwerk_core.staff m
    where m.salon_id = v_caller.salon_id and m.id = p_staff_id
      and m.profile_id = v_caller.user_id
  ) then
    perform schnittwerk_core.refuse('forbidden', 'Staff may do this for themselves only');
  end if;
  return v_caller;
end
$$;

comment on function schnittwerk_core.enter_for_staff(uuid, uuid) is
  'As enter, for what admins may do for anyone and a member of staff for themselves.';

revoke execute on function schnittwerk_core.enter_for_staff from public;
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
  'A salon as the API answers it.';

revoke execute on function schnittwerk_core.salon_json from public;
-- end include

-- include: sql/catalog/save_salon.sql
create function schnittwerk_core.save_salon(
  p_name text, p_time_zone text, p_currency text, p_id uuid, p_clear text[]
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_stranded text[];
  v_salon schnittwerk_core.salon;
  v_detail text;
  v_hint text;
begin
  if p_id is not null then
    v_caller := schnittwerk_core.enter(p_id, '{admin}');
  else
    select i.kind into v_caller.kind from schnittwerk_core.identify() i;
    if v_caller.kind = 'anonymous' then
      perform schnittwerk_core.refuse('not_authenticated');
    elsif v_caller.kind <> 'service' then
      perform schnittwerk_core.refuse('forbidden', 'Only the service may add a salon');
    end if;
  end if;
  p_name := schnittwerk_core.line(p_name);
  perform schnittwerk_core.require_valid(
    schnittwerk_core.line_fault('p_name', p_name, 200, p_id is null),
    schnittwerk_core.text_fault('p_time_zone', p_time_zone, 200, p_id is null),
    coalesce(
      schnittwerk_core.text_fault('p_currency', p_currency, 3, false),
      schnittwerk_core.fault(
        'p_currency', coalesce(p_currency !~ '^[A-Z]{3}$', false), 'invalid_currency',
        'p_currency must be an ISO 4217 code such as CHF')
    ),
    schnittwerk_core.clear_fault(p_clear, p_id, '{}')
  );
  perform schnittwerk_core.begin_write(v_caller);

  if p_id is null then
    insert into schnittwerk_core.salon as s (name, time_zone, currency)
    values (p_name, p_time_zone, coalesce(p_currency, 'CHF'))
    returning s.* into v_salon;
  else
    -- hours are local: another time zone moves them
    v_stranded := schnittwerk_core.lock_open_time(p_id);
    update schnittwerk_core.salon as s
    set
      name = coalesce(p_name, s.name),
      time_zone = coalesce(p_time_zone, s.time_zone),
      currency = coalesce(p_currency, s.currency)
    where s.id = p_id
    returning s.* into v_salon;
  end if;
  return schnittwerk_core.success(
    'salon',
    schnittwerk_core.salon_json(v_salon),
    case when p_id is null then 201 else 200 end,
    schnittwerk_core.affected_appointments(v_salon.id, null, v_stranded)
  );
exception
  when sqlstate 'PT000' then -- the category: every PTxxx
    get stacked diagnostics v_detail = pg_exception_detail;
    return schnittwerk_core.failure(sqlerrm, v_detail);
  when unique_violation or check_violation then
    get stacked diagnostics v_detail = constraint_name, v_hint = pg_exception_hint;
    return schnittwerk_core.constraint_failure(v_detail, v_hint);
end
$$;

comment on function schnittwerk_core.save_salon(text, text, text, uuid, text[]) is
  'Engine of schnittwerk.save_salon.';

revoke execute on function schnittwerk_core.save_salon from public;
grant execute on function schnittwerk_core.save_salon
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/list_salons.sql
create function schnittwerk_core.list_salons()
returns table (id uuid, name text, time_zone text, currency text)
language sql
stable
security definer
set search_path = pg_catalog, pg_temp
begin atomic
  select s.id, s.name, s.time_zone, s.currency
  from schnittwerk_core.salon s
  order by schnittwerk_core.sort_key(s.name), s.name;
end;

comment on function schnittwerk_core.list_salons() is 'Engine of schnittwerk.list_salons.';

revoke execute on function schnittwerk_core.list_salons from public;
grant execute on function schnittwerk_core.list_salons
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/save_profile.sql
create function schnittwerk_core.save_profile(
  p_profile_id uuid,
  p_role text,
  p_full_name text,
  p_email text,
  p_is_active boolean,
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_profile schnittwerk_core.profiles;
  v_status int := 200;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  p_full_name := schnittwerk_core.line(p_full_name);
  p_email := schnittwerk_core.line(p_email);
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_profile_id', p_profile_id is null),
    schnittwerk_core.fault(
      'p_role',
      coalesce(p_role not in ('admin', 'receptionist', 'staff', 'customer'), false), 'unknown_role',
      'p_role must be admin, receptionist, staff or customer'),
    schnittwerk_core.line_fault('p_full_name', p_full_name, 200, false),
    schnittwerk_core.email_fault('p_email', p_email)
  );
  perform schnittwerk_core.begin_write(v_caller);

  -- Once more where the user was erased, or saved by somebody else, between the two.
  loop
    update schnittwerk_core.profiles as p
    set
      role = coalesce(p_role, p.role),
      full_name = coalesce(p_full_name, p.full_name),
      email = coalesce(p_email, p.email),
      is_active = coalesce(p_is_active, p.is_active)
    where p.salon_id = v_caller.salon_id and p.id = p_profile_id
    returning p.* into v_profile;
    exit when found;
    perform schnittwerk_core.require_valid(
      schnittwerk_core.required_fault('p_role', p_role is null));
    insert into schnittwerk_core.profiles as p (salon_id, id, role, full_name, email, is_active)
    values (
      v_caller.salon_id, p_profile_id, p_role, p_full_name, p_email, coalesce(p_is_active, true)
    )
    on conflict do nothing
    returning p.* into v_profile;
    if found then
      v_status := 201;
      exit;
    end if;
  end loop;
  return schnittwerk_core.success(
    'profile',
    to_jsonb(v_profile)
      || jsonb_build_object('created_at', schnittwerk_core.utc_text(v_profile.created_at)),
    v_status
  );
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.save_profile(uuid, text, text, text, boolean, uuid) is
  'Engine of schnittwerk.save_profile.';

revoke execute on function schnittwerk_core.save_profile from public;
grant execute on function schnittwerk_core.save_profile
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/save_service.sql
create function schnittwerk_core.save_service(
  p_name text,
  p_duration_minutes int,
  p_base_price numeric,
  p_category text,
  p_buffer_before_minutes int,
  p_buffer_after_minutes int,
  p_is_active boolean,
  p_id uuid,
  p_clear text[],
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_service schnittwerk_core.services;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  p_name := schnittwerk_core.line(p_name);
  p_category := schnittwerk_core.line(p_category);
  perform schnittwerk_core.require_valid(
    schnittwerk_core.line_fault('p_name', p_name, 200, p_id is null),
    schnittwerk_core.number_fault(
      'p_duration_minutes', p_duration_minutes, 1, 1440, p_id is null),
    schnittwerk_core.price_fault('p_base_price', p_base_price, p_id is null),
    schnittwerk_core.line_fault('p_category', p_category, 200, false),
    schnittwerk_core.number_fault(
      'p_buffer_before_minutes', p_buffer_before_minutes, 0, 1440, false),
    schnittwerk_core.number_fault('p_buffer_after_minutes', p_buffer_after_minutes, 0, 1440, false),
    schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
      'p_buffer_before_minutes', p_buffer_before_minutes,
      'p_buffer_after_minutes', p_buffer_after_minutes
    ))
  );
  perform schnittwerk_core.begin_write(v_caller);

  if p_id is null then
    insert into schnittwerk_core.services as v (
      salon_id, name, category, duration_minutes, base_price,
      buffer_before_minutes, buffer_after_minutes, is_active
    )
    values (
      v_caller.salon_id, p_name, coalesce(p_category, 'general'), p_duration_minutes, p_base_price,
      p_buffer_before_minutes, p_buffer_after_minutes, coalesce(p_is_active, true)
    )
    returning v.* into v_service;
  else
    update schnittwerk_core.services as v
    set
      name = coalesce(p_name, v.name),
      category = coalesce(p_category, v.category),
      duration_minutes = coalesce(p_duration_minutes, v.duration_minutes),
      base_price = coalesce(p_base_price, v.base_price),
      buffer_before_minutes = coalesce(
        p_buffer_before_minutes,
        case when 'p_buffer_before_minutes' = any (p_clear) then null
          else v.buffer_before_minutes end),
      buffer_after_minutes = coalesce(
        p_buffer_after_minutes,
        case when 'p_buffer_after_minutes' = any (p_clear) then null
          else v.buffer_after_minutes end),
      is_active = coalesce(p_is_active, v.is_active)
    where v.salon_id = v_caller.salon_id and v.id = p_id
    returning v.* into v_service;
    if not found then
      perform schnittwerk_core.refuse('not_found', 'There is no such service');
    end if;
  end if;
  return schnittwerk_core.success(
    'service',
    to_jsonb(v_service)
      || jsonb_build_object('created_at', schnittwerk_core.utc_text(v_service.created_at)),
    case when p_id is null then 201 else 200 end
  );
exception
  when sqlstate 'PT000' then -- the category: every PTxxx
    get stacked diagnostics v_detail = pg_exception_detail;
    return schnittwerk_core.failure(sqlerrm, v_detail);
  when unique_violation then
    get stacked diagnostics v_detail = constraint_name;
    return schnittwerk_core.constraint_failure(v_detail);
end
$$;

comment on function schnittwerk_core.save_service(text, int, numeric, text, int, int, boolean, uuid, text[], uuid) is
  'Engine of schnittwerk.save_service.';

revoke execute on function schnittwerk_core.save_service from public;
grant execute on function schnittwerk_core.save_service
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/list_services.sql
create function schnittwerk_core.list_services(p_salon_id uuid)
returns table (
  id uuid,
  name text,
  category text,
  duration_minutes int,
  base_price numeric,
  buffer_before_minutes int,
  buffer_after_minutes int,
  is_active boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
begin
  return query
  select
    v.id, v.name, v.category, v.duration_minutes, v.base_price,
    v.buffer_before_minutes, v.buffer_after_minutes, v.is_active
  from schnittwerk_core.services v
  where v.salon_id = v_caller.salon_id
    and (v.is_active or schnittwerk_core.is_of_salon(v_caller))
  order by
    schnittwerk_core.sort_key(v.category), v.category, schnittwerk_core.sort_key(v.name), v.name;
end
$$;

comment on function schnittwerk_core.list_services(uuid) is 'Engine of schnittwerk.list_services.';

revoke execute on function schnittwerk_core.list_services from public;
grant execute on function schnittwerk_core.list_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/save_staff.sql
create function schnittwerk_core.save_staff(
  p_full_name text,
  p_email text,
  p_phone text,
  p_profile_id uuid,
  p_is_active boolean,
  p_id uuid,
  p_clear text[],
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_stranded text[];
  v_staff schnittwerk_core.staff;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  p_full_name := schnittwerk_core.line(p_full_name);
  p_email := schnittwerk_core.line(p_email);
  p_phone := schnittwerk_core.line(p_phone);
  perform schnittwerk_core.require_valid(
    schnittwerk_core.line_fault('p_full_name', p_full_name, 200, p_id is null),
    schnittwerk_core.email_fault('p_email', p_email),
    schnittwerk_core.phone_fault('p_phone', p_phone),
    schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
      'p_email', p_email, 'p_phone', p_phone, 'p_profile_id', p_profile_id
    ))
  );
  perform schnittwerk_core.begin_write(v_caller);
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_id]);
  perform schnittwerk_core.require_profile(v_caller.salon_id, p_profile_id);

  if p_id is null then
    insert into schnittwerk_core.staff as m (
      salon_id, full_name, email, phone, profile_id, is_active
    )
    values (
      v_caller.salon_id, p_full_name, p_email, p_phone, p_profile_id, coalesce(p_is_active, true)
    )
    returning m.* into v_staff;
  else
    v_stranded := schnittwerk_core.lock_open_time(v_caller.salon_id, array[p_id]);
    update schnittwerk_core.staff as m
    set
      full_name = coalesce(p_full_name, m.full_name),
      email = coalesce(p_email, case when 'p_email' = any (p_clear) then null else m.email end),
      phone = coalesce(p_phone, case when 'p_phone' = any (p_clear) then null else m.phone end),
      profile_id = coalesce(
        p_profile_id, case when 'p_profile_id' = any (p_clear) then null else m.profile_id end),
      is_active = coalesce(p_is_active, m.is_active)
    where m.salon_id = v_caller.salon_id and m.id = p_id
    returning m.* into v_staff;
  end if;
  return schnittwerk_core.success(
    'staff',
    to_jsonb(v_staff) - '{kind,calendar_version}'::text[]
      || jsonb_build_object('created_at', schnittwerk_core.utc_text(v_staff.created_at)),
    case when p_id is null then 201 else 200 end,
    schnittwerk_core.affected_appointments(v_caller.salon_id, array[v_staff.id], v_stranded)
  );
exception
  when sqlstate 'PT000' then -- the category: every PTxxx
    get stacked diagnostics v_detail = pg_exception_detail;
    return schnittwerk_core.failure(sqlerrm, v_detail);
  when unique_violation then
    get stacked diagnostics v_detail = constraint_name;
    return schnittwerk_core.constraint_failure(v_detail);
end
$$;

comment on function schnittwerk_core.save_staff(text, text, text, uuid, boolean, uuid, text[], uuid) is
  'Engine of schnittwerk.save_staff.';

revoke execute on function schnittwerk_core.save_staff from public;
grant execute on function schnittwerk_core.save_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/list_staff.sql
create function schnittwerk_core.list_staff(p_service_id uuid, p_salon_id uuid)
returns table (
  id uuid, full_name text, is_active boolean, email text, phone text, profile_id uuid
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(p_salon_id);
  v_is_of_salon constant boolean := schnittwerk_core.is_of_salon(v_caller);
  v_count bigint;
begin
  if p_service_id is not null and not exists (
    select from schnittwerk_core.services v
    where v.salon_id = v_caller.salon_id and v.id = p_service_id
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such service');
  end if;
  return query
  select
    m.id, m.full_name, m.is_active,
    case when v_is_of_salon then m.email end,
    case when v_is_of_salon then m.phone end,
    case when v_is_of_salon then m.profile_id end
  from schnittwerk_core.staff m
  where m.salon_id = v_caller.salon_id
    and (m.is_active or v_is_of_salon)
    and (p_service_id is null or exists (
      select from schnittwerk_core.staff_services p
      where p.salon_id = m.salon_id and p.service_id = p_service_id and p.staff_id = m.id
    ))
  order by schnittwerk_core.sort_key(m.full_name), m.full_name, m.id;
  if v_is_of_salon then -- others see the names only, which everybody may
    get diagnostics v_count = row_count;
    perform schnittwerk_core.log_personal_read(v_caller, 'list_staff', v_count);
  end if;
end
$$;

comment on function schnittwerk_core.list_staff(uuid, uuid) is 'Engine of schnittwerk.list_staff.';

revoke execute on function schnittwerk_core.list_staff from public;
grant execute on function schnittwerk_core.list_staff
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/set_staff_services.sql
create function schnittwerk_core.set_staff_services(
  p_staff_id uuid, p_services jsonb, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_faults jsonb[];
  v_result jsonb;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  select array_agg(f.fault) into v_faults
  from schnittwerk_core.list_items('p_services', p_services) i
  cross join lateral unnest(
    schnittwerk_core.object_faults(
      i.path, i.value, '{service_id,custom_price,estimated_duration_minutes}')
    || array[
      schnittwerk_core.json_fault(
        i.path || '.service_id', i.value -> 'service_id', 'uuid',
        jsonb_typeof(i.value) = 'object'),
      schnittwerk_core.fault(
        i.path || '.service_id',
        exists (
          select from schnittwerk_core.list_items('p_services', p_services) e
          where e.n < i.n and lower(e.value ->> 'service_id') = lower(i.value ->> 'service_id')
        ),
        'duplicate', i.path || '.service_id is in the list twice'),
      coalesce(
        schnittwerk_core.json_fault(i.path || '.custom_price', i.value -> 'custom_price', 'number'),
        schnittwerk_core.price_fault(
          i.path || '.custom_price',
          schnittwerk_core.json_number(i.value -> 'custom_price'), false)
      ),
      schnittwerk_core.json_number_fault(
        i.path || '.estimated_duration_minutes',
        i.value -> 'estimated_duration_minutes', 1, 1440, false)
    ]
  ) f (fault);
  perform schnittwerk_core.require_valid(variadic array[
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null),
    schnittwerk_core.json_fault('p_services', p_services, 'array', true)
  ] || v_faults);
  perform schnittwerk_core.begin_write(v_caller);
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  if exists (
    select from jsonb_array_elements(p_services) s (value)
    where not exists (
      select from schnittwerk_core.services v
      where v.salon_id = v_caller.salon_id and v.id = (s.value ->> 'service_id')::uuid
    )
  ) then
    perform schnittwerk_core.refuse('not_found', 'There is no such service');
  end if;

  -- Two replacements at once would add up, or collide.
  perform from schnittwerk_core.staff m
  where m.salon_id = v_caller.salon_id and m.id = p_staff_id
  for no key update;
  delete from schnittwerk_core.staff_services p
  where p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id;
  insert into schnittwerk_core.staff_services (
    salon_id, service_id, staff_id, custom_price, estimated_duration_minutes
  )
  select
    v_caller.salon_id,
    (s.value ->> 'service_id')::uuid,
    p_staff_id,
    (s.value ->> 'custom_price')::numeric,
    (s.value ->> 'estimated_duration_minutes')::numeric::int
  from jsonb_array_elements(p_services) s (value);

  select coalesce(jsonb_agg(to_jsonb(p) order by p.service_id), '[]') into v_result
  from schnittwerk_core.staff_services p
  where p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id;
  return schnittwerk_core.success('staff_services', v_result);
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.set_staff_services(uuid, jsonb, uuid) is
  'Engine of schnittwerk.set_staff_services.';

revoke execute on function schnittwerk_core.set_staff_services from public;
grant execute on function schnittwerk_core.set_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/get_staff_services.sql
create function schnittwerk_core.get_staff_services(p_staff_id uuid, p_salon_id uuid)
returns table (service_id uuid, custom_price numeric, estimated_duration_minutes int)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff}');
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.required_fault('p_staff_id', p_staff_id is null));
  perform schnittwerk_core.require_staff(v_caller.salon_id, array[p_staff_id]);
  return query
  select p.service_id, p.custom_price, p.estimated_duration_minutes
  from schnittwerk_core.staff_services p
  where p.salon_id = v_caller.salon_id and p.staff_id = p_staff_id
  order by p.service_id;
end
$$;

comment on function schnittwerk_core.get_staff_services(uuid, uuid) is
  'Engine of schnittwerk.get_staff_services.';

revoke execute on function schnittwerk_core.get_staff_services from public;
grant execute on function schnittwerk_core.get_staff_services
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/customer_json.sql
create function schnittwerk_core.customer_json(p_customer schnittwerk_core.customers)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_customer) - '{booking_turns,email_is_own,erased_at}'::text[]
  || jsonb_build_object('created_at', schnittwerk_core.utc_text((p_customer).created_at));

comment on function schnittwerk_core.customer_json(schnittwerk_core.customers) is
  'A customer with all columns that are not the engine''s own, times in UTC.';

revoke execute on function schnittwerk_core.customer_json from public;
-- end include

-- include: sql/catalog/save_customer.sql
create function schnittwerk_core.save_customer(
  p_full_name text,
  p_email text,
  p_phone text,
  p_profile_id uuid,
  p_notes text,
  p_id uuid,
  p_clear text[],
  p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_customer schnittwerk_core.customers;
  v_is_new_email boolean;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin,receptionist,staff}');
  p_full_name := schnittwerk_core.line(p_full_name);
  p_email := schnittwerk_core.line(p_email);
  p_phone := schnittwerk_core.line(p_phone);
  perform schnittwerk_core.require_valid(
    schnittwerk_core.line_fault('p_full_name', p_full_name, 200, p_id is null),
    schnittwerk_core.email_fault('p_email', p_email),
    schnittwerk_core.phone_fault('p_phone', p_phone),
    schnittwerk_core.text_fault('p_notes', p_notes, 2000, false),
    schnittwerk_core.clear_fault(p_clear, p_id, jsonb_build_object(
      'p_email', p_email, 'p_phone', p_phone, 'p_profile_id', p_profile_id, 'p_notes', p_notes
    ))
  );
  perform schnittwerk_core.begin_write(v_caller);
  perform schnittwerk_core.require_profile(v_caller.salon_id, p_profile_id);

  if p_id is not null then
    select c.* into v_customer
    from schnittwerk_core.customers c
    where c.salon_id = v_caller.salon_id and c.id = p_id and c.erased_at is null
    for no key update;
    if not found then
      perform schnittwerk_core.refuse('not_found', 'There is no such customer');
    end if;
  end if;
  v_is_new_email :=
    p_email is not null and lower(p_email) is distinct from lower(v_customer.email);
  -- The unique index leaves out the addresses that customers entered themselves.
  if v_is_new_email and exists (
    select from schnittwerk_core.customers c
    where c.salon_id = v_caller.salon_id and lower(c.email) = lower(p_email)
  ) then
    raise unique_violation using constraint = 'customers_email_is_unique_in_the_salon';
  end if;

  if p_id is null then
    insert into schnittwerk_core.customers as c (
      salon_id, full_name, email, phone, profile_id, notes
    )
    values (v_caller.salon_id, p_full_name, p_email, p_phone, p_profile_id, p_notes)
    returning c.* into v_customer;
  else
    update schnittwerk_core.customers as c
    set
      full_name = coalesce(p_full_name, c.full_name),
      email = coalesce(p_email, case when 'p_email' = any (p_clear) then null else c.email end),
      email_is_own = c.email_is_own and not v_is_new_email,
      phone = coalesce(p_phone, case when 'p_phone' = any (p_clear) then null else c.phone end),
      profile_id = coalesce(
        p_profile_id, case when 'p_profile_id' = any (p_clear) then null else c.profile_id end),
      notes = coalesce(p_notes, case when 'p_notes' = any (p_clear) then null else c.notes end)
    where c.salon_id = v_caller.salon_id and c.id = p_id
    returning c.* into v_customer;
  end if;
  return schnittwerk_core.success(
    'customer', schnittwerk_core.customer_json(v_customer),
    case when p_id is null then 201 else 200 end
  );
exception
  when sqlstate 'PT000' then -- the category: every PTxxx
    get stacked diagnostics v_detail = pg_exception_detail;
    return schnittwerk_core.failure(sqlerrm, v_detail);
  when unique_violation then
    get stacked diagnostics v_detail = constraint_name;
    return schnittwerk_core.constraint_failure(v_detail);
end
$$;

comment on function schnittwerk_core.save_customer(text, text, text, uuid, text, uuid, text[], uuid) is
  'Engine of schnittwerk.save_customer.';

revoke execute on function schnittwerk_core.save_customer from public;
grant execute on function schnittwerk_core.save_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/register_customer.sql
create function schnittwerk_core.register_customer(
  p_full_name text, p_email text, p_phone text, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_customer schnittwerk_core.customers;
  v_status int := 200;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer,stranger}');
  if v_caller.user_id is null then
    perform schnittwerk_core.refuse('forbidden',
      'The service is no customer: set schnittwerk.acting_user, or call save_customer');
  elsif exists (
    select from schnittwerk_core.profiles p
    where p.salon_id = v_caller.salon_id and p.id = v_caller.user_id and not p.is_active
  ) then
    perform schnittwerk_core.refuse('forbidden', 'Your profile in this salon is not active');
  end if;
  p_full_name := schnittwerk_core.line(p_full_name);
  p_email := schnittwerk_core.line(p_email);
  p_phone := schnittwerk_core.line(p_phone);
  perform schnittwerk_core.require_valid(
    schnittwerk_core.line_fault('p_full_name', p_full_name),
    schnittwerk_core.email_fault('p_email', p_email, true),
    schnittwerk_core.phone_fault('p_phone', p_phone)
  );
  perform schnittwerk_core.begin_write(v_caller);

  -- Once more where the customer was erased between two of these.
  loop
    -- A profile that is there keeps its role: nobody changes their own.
    insert into schnittwerk_core.profiles (salon_id, id, role, full_name, email)
    values (v_caller.salon_id, v_caller.user_id, 'customer', p_full_name, p_email)
    on conflict do nothing;

    insert into schnittwerk_core.customers as c (
      salon_id, profile_id, full_name, email, email_is_own, phone
    )
    values (v_caller.salon_id, v_caller.user_id, p_full_name, p_email, true, p_phone)
    on conflict do nothing
    returning c.* into v_customer;
    if found then
      v_status := 201;
      exit;
    end if;
    update schnittwerk_core.customers as c
    set
      full_name = p_full_name,
      email = p_email,
      email_is_own = c.email_is_own or lower(p_email) is distinct from lower(c.email),
      phone = coalesce(p_phone, c.phone)
    where c.salon_id = v_caller.salon_id and c.profile_id = v_caller.user_id
    returning c.* into v_customer;
    exit when found;
  end loop;
  return schnittwerk_core.success(
    'customer',
    -- the notes are the salon's own
    schnittwerk_core.customer_json(v_customer) || '{"notes": null}',
    v_status
  );
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.register_customer(text, text, text, uuid) is
  'Engine of schnittwerk.register_customer.';

revoke execute on function schnittwerk_core.register_customer from public;
grant execute on function schnittwerk_core.register_customer
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/list_customers.sql
create function schnittwerk_core.list_customers(p_search text, p_limit int, p_salon_id uuid)
returns table (
  id uuid,
  full_name text,
  email text,
  phone text,
  profile_id uuid,
  notes text,
  created_at timestamptz,
  merge_candidate_ids uuid[]
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer}');
  v_is_of_salon constant boolean := schnittwerk_core.is_of_salon(v_caller);
  v_search constant text := schnittwerk_core.sort_key(schnittwerk_core.line(p_search));
  v_count bigint;
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.text_fault('p_search', p_search, 200, false),
    schnittwerk_core.number_fault('p_limit', p_limit, 1, 1000)
  );
  return query
  select
    c.id, c.full_name, c.email, c.phone, c.profile_id,
    case when v_is_of_salon then c.notes end,
    c.created_at,
    case when v_is_of_salon then array(
      select o.id
      from schnittwerk_core.customers o
      where o.salon_id = c.salon_id and lower(o.email) = lower(c.email) and o.id <> c.id
      order by o.id
    ) end
  from schnittwerk_core.customers c
  where c.salon_id = v_caller.salon_id and c.erased_at is null
    and (v_is_of_salon or c.profile_id = v_caller.user_id)
    and (
      v_search is null
      or strpos(schnittwerk_core.sort_key(c.full_name), v_search) > 0
      or strpos(lower(c.email), v_search) > 0
      or strpos(lower(c.phone), v_search) > 0
    )
  order by schnittwerk_core.sort_key(c.full_name), c.full_name, c.id
  limit p_limit;
  get diagnostics v_count = row_count;
  perform schnittwerk_core.log_personal_read(v_caller, 'list_customers', v_count);
end
$$;

comment on function schnittwerk_core.list_customers(text, int, uuid) is
  'Engine of schnittwerk.list_customers.';

revoke execute on function schnittwerk_core.list_customers from public;
grant execute on function schnittwerk_core.list_customers
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
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
  'Whether there is a customer of that id that the caller may know of: the salon''s people all of them, a customer themselves.';

revoke execute on function schnittwerk_core.may_know_customer from public;
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
  'Keeps a customer from being erased until the transaction ends, by the lock that whatever refers to them takes, and tells whether they are there and have not been. Before lock_resources.';

revoke execute on function schnittwerk_core.hold_customer from public;
-- end include

-- include: sql/catalog/unknown_thing.sql
create function schnittwerk_core.unknown_thing(
  p_caller schnittwerk_core.caller, p_customer_id uuid, p_service_id uuid, p_staff_id uuid
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_details text;
begin
  select case
    when not exists (
      select from schnittwerk_core.services v
      where v.salon_id = p_caller.salon_id and v.id = p_service_id
    ) then 'There is no such service'
    when p_staff_id is not null and not exists (
      select from schnittwerk_core.staff m
      where m.salon_id = p_caller.salon_id and m.id = p_staff_id
    ) then 'There is no such member of staff'
  end
  into v_details
  from schnittwerk_core.customers c
  where c.salon_id = p_caller.salon_id and c.id = p_customer_id and c.erased_at is null
    and (schnittwerk_core.is_of_salon(p_caller) or c.profile_id = p_caller.user_id)
  for key share;
  return case when found then v_details else 'There is no such customer' end;
end
$$;

comment on function schnittwerk_core.unknown_thing(schnittwerk_core.caller, uuid, uuid, uuid) is
  'The details of not_found for whom and what a booking or a waitlist entry is to be, or null; p_staff_id null = anyone. The customer is kept from being erased, as by hold_customer.';

revoke execute on function schnittwerk_core.unknown_thing from public;
-- end include

-- include: sql/catalog/policies.sql
create function schnittwerk_core.policies(p_salon_id uuid)
returns table (
  policy_key text,
  policy_value jsonb,
  default_value jsonb,
  value_type text,
  minimum numeric,
  maximum numeric,
  description text,
  is_active boolean
)
language sql
stable
begin atomic
  select
    d.policy_key,
    coalesce(p.policy_value, d.default_value),
    d.default_value,
    d.value_type,
    d.minimum,
    d.maximum,
    coalesce(p.description, d.description) || case
      when d.policy_key = 'advance_booking_limit_days'
        and s.max_advance_booking_days < (z.policies ->> d.policy_key)::int
        then format(
          '; max_advance_booking_days in the settings is stricter: %s days hold',
          s.max_advance_booking_days)
      else ''
    end,
    coalesce(p.is_active, true)
  from schnittwerk_core.policy_definition d
  left join schnittwerk_core.booking_policies p
    on p.salon_id = p_salon_id and p.policy_key = d.policy_key
  left join schnittwerk_core.salon s on s.id = p_salon_id
  left join schnittwerk_core.salon_state z on z.salon_id = p_salon_id;
end;

comment on function schnittwerk_core.policies(uuid) is
  'Every policy with what the salon has set, else the default; where is_active is false the default holds. The description of advance_booking_limit_days says so where the setting max_advance_booking_days is stricter.';

revoke execute on function schnittwerk_core.policies from public;
-- end include

-- include: sql/catalog/list_policies.sql
create function schnittwerk_core.list_policies(p_salon_id uuid)
returns table (
  policy_key text,
  policy_value jsonb,
  default_value jsonb,
  value_type text,
  minimum numeric,
  maximum numeric,
  description text,
  is_active boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer,stranger}');
begin
  return query
  select p.* from schnittwerk_core.policies(v_caller.salon_id) p order by p.policy_key;
end
$$;

comment on function schnittwerk_core.list_policies(uuid) is 'Engine of schnittwerk.list_policies.';

revoke execute on function schnittwerk_core.list_policies from public;
grant execute on function schnittwerk_core.list_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/set_policy.sql
create function schnittwerk_core.set_policy(
  p_policy_key text, p_policy_value jsonb, p_is_active boolean, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller;
  v_policy jsonb;
  v_detail text;
begin
  v_caller := schnittwerk_core.enter(p_salon_id, '{admin}');
  perform schnittwerk_core.require_valid(
    schnittwerk_core.fault(
      'p_policy_key',
      not exists (
        select from schnittwerk_core.policy_definition d where d.policy_key = p_policy_key
      ),
      'unknown_policy',
      format('There is no policy "%s"; list_policies() shows all', left(p_policy_key, 100))),
    schnittwerk_core.policy_value_fault(p_policy_key, p_policy_value),
    schnittwerk_core.required_fault('p_is_active', p_is_active is null)
  );
  perform schnittwerk_core.begin_write(v_caller);

  insert into schnittwerk_core.booking_policies (salon_id, policy_key, policy_value, is_active)
  values (v_caller.salon_id, p_policy_key, p_policy_value, p_is_active)
  on conflict (salon_id, policy_key) do update
  set policy_value = excluded.policy_value, is_active = excluded.is_active;
  select to_jsonb(p) into v_policy
  from schnittwerk_core.policies(v_caller.salon_id) p
  where p.policy_key = p_policy_key;
  return schnittwerk_core.success('policy', v_policy);
exception when sqlstate 'PT000' then -- the category: every PTxxx
  get stacked diagnostics v_detail = pg_exception_detail;
  return schnittwerk_core.failure(sqlerrm, v_detail);
end
$$;

comment on function schnittwerk_core.set_policy(text, jsonb, boolean, uuid) is
  'Engine of schnittwerk.set_policy.';

revoke execute on function schnittwerk_core.set_policy from public;
grant execute on function schnittwerk_core.set_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

-- include: sql/catalog/get_booking_policy.sql
create function schnittwerk_core.get_booking_policy(p_policy_key text, p_salon_id uuid)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer,stranger}');
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.text_fault('policy_key', p_policy_key, 100, false));
  return schnittwerk_core.effective_policies(v_caller.salon_id) ->> p_policy_key;
end
$$;

comment on function schnittwerk_core.get_booking_policy(text, uuid) is
  'Engine of schnittwerk.get_booking_policy.';

revoke execute on function schnittwerk_core.get_booking_policy from public;
grant execute on function schnittwerk_core.get_booking_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
-- end include

commit;
