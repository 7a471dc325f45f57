create table schnittwerk_core.contact_preference (
  salon_id uuid not null,
  customer_id uuid not null,
  language text not null,
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint contact_preference_pkey primary key (salon_id, customer_id),
  constraint contact_preference_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id)
    on delete cascade,
  constraint contact_preference_language_is_iso_639_1 check (language ~ '^[a-z]{2}$')
);

alter table schnittwerk_core.contact_preference enable row level security;

comment on table schnittwerk_core.contact_preference is
  'The language for messages to a customer; without a row the relay''s default.';
comment on column schnittwerk_core.contact_preference.salon_id is 'The salon.';
comment on column schnittwerk_core.contact_preference.customer_id is 'The customer.';
comment on column schnittwerk_core.contact_preference.language is 'ISO 639-1 code, such as de or en.';
comment on column schnittwerk_core.contact_preference.updated_at is 'When it was last set.';

create trigger contact_preference_touch_updated_at
before update on schnittwerk_core.contact_preference
for each row execute function schnittwerk_core.touch_updated_at();
