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
