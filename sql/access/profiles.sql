create table schnittwerk_core.profiles (
  salon_id uuid not null,
  id uuid not null,
  role text not null,
  full_name text,
  email text,
  is_active boolean not null default true,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint profiles_pkey primary key (salon_id, id),
  constraint profiles_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint profiles_role_is_known check (role in ('admin', 'receptionist', 'staff', 'customer')),
  constraint profiles_full_name_is_one_line check (schnittwerk_core.is_line(full_name)),
  constraint profiles_email_is_an_address check (schnittwerk_core.is_email(email))
);

alter table schnittwerk_core.profiles enable row level security;

comment on table schnittwerk_core.profiles is 'What a signed-in user may do in a salon.';
comment on column schnittwerk_core.profiles.salon_id is 'The salon.';
comment on column schnittwerk_core.profiles.id is 'The user: "sub" of the token''s claims.';
comment on column schnittwerk_core.profiles.role is 'admin, receptionist, staff or customer.';
comment on column schnittwerk_core.profiles.full_name is 'The user''s name.';
comment on column schnittwerk_core.profiles.email is 'The user''s e-mail address.';
comment on column schnittwerk_core.profiles.is_active is 'An inactive profile gives no rights.';
comment on column schnittwerk_core.profiles.created_at is 'When the user first got a role.';
