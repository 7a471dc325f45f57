create table schnittwerk_core.salon_state (
  salon_id uuid not null,
  policies jsonb not null,
  calendar_version bigint not null default 0,
  audit_since timestamptz,
  events_since timestamptz,
  key_salt uuid not null default gen_random_uuid(),
  constraint salon_state_pkey primary key (salon_id),
  constraint salon_state_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id) on delete cascade
);

alter table schnittwerk_core.salon_state enable row level security;

comment on table schnittwerk_core.salon_state is
  'What every request needs to know of a salon and triggers keep, so that it need not be worked out anew.';
comment on column schnittwerk_core.salon_state.salon_id is 'The salon.';
comment on column schnittwerk_core.salon_state.policies is
  'The value of every policy as it holds: the salon''s active one, else the default.';
comment on column schnittwerk_core.salon_state.calendar_version is
  'Raised by every change of hours, closures, availability or time off: a cached week counts only while its version is this one.';
comment on column schnittwerk_core.salon_state.audit_since is
  'The audit trail from before is let go, even where the journal still needs its entries; null = none is.';
comment on column schnittwerk_core.salon_state.events_since is
  'Events from before are let go, likewise; null = none is.';
comment on column schnittwerk_core.salon_state.key_salt is
  'Secret: nobody can work out the advisory lock of another caller''s idempotency key.';

create function schnittwerk_core.merged_policies(p_salon_id uuid)
returns jsonb
language sql
stable
return (
  select jsonb_object_agg(d.policy_key, coalesce(p.policy_value, d.default_value))
  from schnittwerk_core.policy_definition d
  left join schnittwerk_core.booking_policies p
    on p.salon_id = p_salon_id and p.policy_key = d.policy_key and p.is_active
);

comment on function schnittwerk_core.merged_policies(uuid) is
  'A salon''s active policies over the defaults.';

revoke execute on function schnittwerk_core.merged_policies from public;

create function schnittwerk_core.begin_salon_state()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into schnittwerk_core.salon_state (salon_id, policies)
  values (new.id, schnittwerk_core.merged_policies(new.id));
  return null;
end
$$;

comment on function schnittwerk_core.begin_salon_state() is
  'Gives a new salon its state.';

revoke execute on function schnittwerk_core.begin_salon_state from public;

create trigger salon_begin_state
after insert on schnittwerk_core.salon
for each row execute function schnittwerk_core.begin_salon_state();

create function schnittwerk_core.keep_policies()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- Locked by a statement of its own: the next sees what others have set until then.
  perform from schnittwerk_core.salon_state z
  where z.salon_id in (old.salon_id, new.salon_id)
  order by z.salon_id
  for no key update;
  if tg_op <> 'INSERT' then
    update schnittwerk_core.salon_state z
    set policies = schnittwerk_core.merged_policies(old.salon_id)
    where z.salon_id = old.salon_id;
  end if;
  if tg_op <> 'DELETE' then
    update schnittwerk_core.salon_state z
    set policies = schnittwerk_core.merged_policies(new.salon_id)
    where z.salon_id = new.salon_id;
  end if;
  return null;
end
$$;

comment on function schnittwerk_core.keep_policies() is
  'Keeps the policies as they hold in step with those that are set, whoever writes them.';

revoke execute on function schnittwerk_core.keep_policies from public;

create trigger booking_policies_keep_policies
after insert or update or delete on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.keep_policies();

create function schnittwerk_core.keep_default_policies()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  update schnittwerk_core.salon_state z
  set policies = schnittwerk_core.merged_policies(z.salon_id);
  return null;
end
$$;

comment on function schnittwerk_core.keep_default_policies() is
  'Keeps the policies as they hold in step with the defaults.';

revoke execute on function schnittwerk_core.keep_default_policies from public;

create trigger policy_definition_keep_default_policies
after insert or update or delete on schnittwerk_core.policy_definition
for each statement execute function schnittwerk_core.keep_default_policies();
