create function schnittwerk_core.only_salon_id()
returns uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select case when count(*) = 1 then (array_agg(s.id))[1] end
    from (select salon.id from schnittwerk_core.salon limit 2) s
  );
end
$$;

comment on function schnittwerk_core.only_salon_id() is
  'The id of the only salon; null if there are no salons or several.';

revoke execute on function schnittwerk_core.only_salon_id from public;

create table schnittwerk_core.booking_policies (
  salon_id uuid not null default schnittwerk_core.only_salon_id(),
  policy_key text not null,
  policy_value jsonb not null,
  description text,
  is_active boolean not null default true,
  updated_at timestamptz not null default schnittwerk_core.clock(),
  constraint booking_policies_pkey primary key (salon_id, policy_key),
  constraint booking_policies_belong_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint booking_policies_key_is_known
    foreign key (policy_key) references schnittwerk_core.policy_definition (policy_key)
);

create index booking_policies_by_key on schnittwerk_core.booking_policies (policy_key);

alter table schnittwerk_core.booking_policies enable row level security;

comment on table schnittwerk_core.booking_policies is
  'The policies that a salon has set. An inactive one counts as absent.';
comment on column schnittwerk_core.booking_policies.salon_id is 'The salon; optional while there is only one.';
comment on column schnittwerk_core.booking_policies.policy_key is 'Which policy.';
comment on column schnittwerk_core.booking_policies.policy_value is 'The value, of the type and in the range of its definition.';
comment on column schnittwerk_core.booking_policies.description is 'The salon''s own note on it.';
comment on column schnittwerk_core.booking_policies.is_active is 'Whether the value is in force; otherwise the default is.';
comment on column schnittwerk_core.booking_policies.updated_at is 'When it was last set.';

create trigger booking_policies_touch_updated_at
before update on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.touch_updated_at();
