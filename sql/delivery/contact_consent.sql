create table schnittwerk_core.contact_consent (
  salon_id uuid not null,
  customer_id uuid not null,
  channel text not null,
  is_given boolean not null,
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint contact_consent_pkey primary key (salon_id, customer_id, channel),
  constraint contact_consent_customer_is_of_the_salon
    foreign key (salon_id, customer_id) references schnittwerk_core.customers (salon_id, id)
    on delete cascade,
  constraint contact_consent_channel_is_known check (channel in ('email', 'sms', 'chat'))
);

alter table schnittwerk_core.contact_consent enable row level security;

comment on table schnittwerk_core.contact_consent is
  'The channels by which a customer has agreed, or not agreed, to get messages. Without a row nothing is sent.';
comment on column schnittwerk_core.contact_consent.salon_id is 'The salon.';
comment on column schnittwerk_core.contact_consent.customer_id is 'The customer.';
comment on column schnittwerk_core.contact_consent.channel is 'email, sms or chat.';
comment on column schnittwerk_core.contact_consent.is_given is 'Whether they have agreed.';
comment on column schnittwerk_core.contact_consent.updated_at is 'Since when.';

create trigger contact_consent_touch_updated_at
before update on schnittwerk_core.contact_consent
for each row execute function schnittwerk_core.touch_updated_at();
