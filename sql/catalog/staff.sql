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
