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
