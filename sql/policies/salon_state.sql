create table schnittwerk_core.salon_state (
  salon_id uuid not null,
  policies jsonb not null,
  calendar_version bigint not null default 0,
  has_price_rules boolean not null default false,
  audit_since timestamptz,
  events_since timestamptz,
  key_salt uuid not null default gen_random_uuid(),
  constraint salon_state_pkey primary key (salon_id),
  constraint salon_state_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id) on delete cascade
);

alter table schnittwerk_core.salon_state enable row level security;

comment on table schnittwerk_core.salon_state is
  'What every request needs of a salon. Triggers keep it up to date, so that requests need not compute it.';
comment on column schnittwerk_core.salon_state.salon_id is 'The salon.';
comment on column schnittwerk_core.salon_state.policies is
  'The value in force of every policy: the salon''s active one, else the default.';
comment on column schnittwerk_core.salon_state.calendar_version is
  'Raised by every change of hours, closures, availability or time off. A cached week is valid only if it has this version.';
comment on column schnittwerk_core.salon_state.has_price_rules is
  'Whether the salon has an active price rule.';
comment on column schnittwerk_core.salon_state.audit_since is
  'The audit trail no longer shows entries from before this instant, even if the journal still needs them; null = it shows all.';
comment on column schnittwerk_core.salon_state.events_since is
  'Likewise, the events no longer show entries from before this instant; null = they show all.';
comment on column schnittwerk_core.salon_state.key_salt is
  'Secret, so that nobody can compute the advisory lock of another caller''s idempotency key.';

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
  -- A separate statement: the next one then sees what others had set before the lock was granted.
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
  'Updates the policies in force when a salon''s policies change, also by direct SQL.';

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
  'Updates the policies in force when a default changes.';

revoke execute on function schnittwerk_core.keep_default_policies from public;

create trigger policy_definition_keep_default_policies
after insert or update or delete on schnittwerk_core.policy_definition
for each statement execute function schnittwerk_core.keep_default_policies();
