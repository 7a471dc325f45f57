-- Deploy schnittwerk:policies

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/policies/policy_definition.sql
create table schnittwerk_core.policy_definition (
  policy_key text not null,
  value_type text not null,
  default_value jsonb not null,
  minimum numeric,
  maximum numeric,
  minimum_unless_zero numeric,
  description text not null,
  constraint policy_definition_pkey primary key (policy_key),
  constraint policy_definition_value_type_is_known
    check (value_type in ('number', 'integer', 'boolean'))
);

alter table schnittwerk_core.policy_definition enable row level security;

comment on table schnittwerk_core.policy_definition is
  'All booking policies, each with the type, range and default of its value.';
comment on column schnittwerk_core.policy_definition.policy_key is 'The policy''s name.';
comment on column schnittwerk_core.policy_definition.value_type is 'number, integer or boolean.';
comment on column schnittwerk_core.policy_definition.default_value is 'The value for a salon that has not set the policy.';
comment on column schnittwerk_core.policy_definition.minimum is 'Least value allowed, for numbers.';
comment on column schnittwerk_core.policy_definition.maximum is 'Greatest value allowed, for numbers.';
comment on column schnittwerk_core.policy_definition.minimum_unless_zero is
  'Least value allowed apart from 0, where 0 switches the policy off.';
comment on column schnittwerk_core.policy_definition.description is 'What the policy does, with its unit.';

insert into schnittwerk_core.policy_definition
  (policy_key, value_type, default_value, minimum, maximum, description)
values
  ('cancellation_deadline_hours', 'number', '24', 0, 8760,
   'Hours before appointment cancellation allowed'),
  ('late_cancellation_fee_percent', 'number', '0', 0, 100,
   'Percent of the price owed for a cancellation after the deadline; 0 = no fee'),
  ('no_show_fee_percent', 'number', '0', 0, 100,
   'Percent of the price owed by customers who do not show up; 0 = no fee'),
  ('reschedule_deadline_hours', 'number', '2', 0, 8760,
   'Hours before appointment reschedule allowed'),
  ('max_reschedules', 'integer', '3', 0, 1000, 'Maximum reschedules per appointment'),
  ('advance_booking_limit_days', 'integer', '90', 1, 730, 'Maximum days ahead for booking'),
  ('minimum_booking_notice_hours', 'number', '2', 0, 8760, 'Minimum hours notice for booking'),
  ('late_entry_hours', 'number', '24', 0, 168,
   'Hours that an override reaches back, and hours after the end in which an appointment can be corrected'),
  ('waitlist_notification_hours', 'number', '48', 0, 8760,
   'Hours before appointment to notify waitlist'),
  ('waitlist_offer_minutes', 'integer', '120', 1, 10080,
   'Minutes for which a slot offered to the waitlist is held'),
  ('max_open_bookings_per_customer', 'integer', '0', 0, 1000,
   'Maximum appointments to come, open offers and holds a customer may have; 0 = no limit'),
  ('max_bookings_per_customer_and_day', 'integer', '0', 0, 1000,
   'Maximum appointments a customer may have on one local day; 0 = no limit'),
  ('hold_minutes', 'integer', '10', 1, 60, 'Minutes for which hold_slot keeps a slot'),
  ('max_open_holds_per_customer', 'integer', '1', 1, 1000,
   'Maximum slots held for a customer; a new hold takes the place of the oldest'),
  ('reminder_hours', 'number', '24', 0, 8760,
   'Hours before the start at which the customer is reminded; 0 = never'),
  ('booking_rate_limit_customer', 'integer', '10', 0, 1000,
   'Maximum bookings, moves, holds, waitlist entries and accepted offers a customer may make in a minute; 0 = no limit'),
  ('booking_rate_limit_staff', 'integer', '30', 0, 1000,
   'Maximum bookings, moves, holds, waitlist entries and accepted offers one of the staff or a receptionist may make in a minute; 0 = no limit'),
  ('booking_rate_limit_admin', 'integer', '100', 0, 1000,
   'Maximum bookings, moves, holds, waitlist entries and accepted offers an admin may make in a minute; 0 = no limit'),
  ('cancel_rate_limit_customer', 'integer', '5', 0, 1000,
   'Maximum cancellations, holds released, entries left and offers declined a customer may make in a minute; 0 = no limit'),
  ('cancel_rate_limit_staff', 'integer', '20', 0, 1000,
   'Maximum cancellations, holds released, entries left and offers declined one of the staff or a receptionist may make in a minute; 0 = no limit'),
  ('cancel_rate_limit_admin', 'integer', '50', 0, 1000,
   'Maximum cancellations, holds released, entries left and offers declined an admin may make in a minute; 0 = no limit'),
  ('change_rate_limit_customer', 'integer', '30', 0, 1000,
   'Maximum other changes a customer may make in a minute; 0 = no limit'),
  ('change_rate_limit_staff', 'integer', '60', 0, 1000,
   'Maximum other changes one of the staff or a receptionist may make in a minute; 0 = no limit'),
  ('change_rate_limit_admin', 'integer', '200', 0, 1000,
   'Maximum other changes an admin may make in a minute; 0 = no limit'),
  ('retention_operations_days', 'integer', '30', 30, 3650,
   'Days for which idempotency keys with their answers, and refusals, are kept'),
  ('retention_events_days', 'integer', '90', 1, 3650,
   'Days for which events that all consumers have passed are kept'),
  ('retention_notes_days', 'integer', '0', 0, 3650,
   'Days after an appointment or waitlist entry is over that its free text is deleted; 0 = never'),
  ('retention_customers_days', 'integer', '0', 0, 3650,
   'Days without an appointment or waitlist entry after which a customer is erased; 0 = never'),
  ('retention_audit_days', 'integer', '0', 0, 3650,
   'Days for which the audit trail is kept, at least 90; 0 = for ever'),
  ('double_booking_prevention', 'boolean', 'true', null, null,
   'Enable strict validation: keep buffers free around appointments'),
  ('prevent_customer_overlap', 'boolean', 'true', null, null,
   'Refuse appointments that overlap another of the same customer outside its visit'),
  ('auto_confirm', 'boolean', 'false', null, null,
   'Confirm new bookings at once instead of leaving them pending'),
  ('require_slot_grid', 'boolean', 'false', null, null,
   'Refuse starts that are not on the slot grid'),
  ('log_operations', 'boolean', 'false', null, null,
   'Write one line of JSON to the server''s log for every write'),
  ('log_personal_reads', 'boolean', 'true', null, null,
   'Write one line of JSON to the server''s log whenever personal data is read');

-- A shorter time would let an admin clear the audit trail of what they have just done.
update schnittwerk_core.policy_definition
set minimum_unless_zero = 90
where policy_key = 'retention_audit_days';
-- end include

-- include: sql/policies/booking_policies.sql
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
-- end include

-- include: sql/policies/policy_value_fault.sql
create function schnittwerk_core.policy_value_fault(p_policy_key text, p_policy_value jsonb)
returns jsonb
language sql
stable
return (
  select case
    when coalesce(jsonb_typeof(p_policy_value), 'null')
        <> case d.value_type when 'boolean' then 'boolean' else 'number' end
      or d.value_type = 'integer' and p_policy_value::text ~ '\.'
      then schnittwerk_core.fault('p_policy_value', true, 'invalid_type', format(
        'p_policy_value of %s must be a JSON %s, not %s',
        d.policy_key, d.value_type, coalesce(left(p_policy_value::text, 100), 'null')))
    when d.value_type <> 'boolean' and n.value > 0 and n.value < d.minimum_unless_zero
      then schnittwerk_core.fault('p_policy_value', true, 'out_of_range', format(
        'p_policy_value of %s must be 0 or from %s to %s',
        d.policy_key, d.minimum_unless_zero, d.maximum))
    when d.value_type <> 'boolean' then coalesce(
      schnittwerk_core.number_fault('p_policy_value', n.value, d.minimum, d.maximum),
      -- Other code calculates with it in float8, for which 1e-400 is too small.
      schnittwerk_core.fault(
        'p_policy_value', min_scale(n.value) > 10,
        'too_precise', 'p_policy_value must have at most 10 decimal places')
    )
  end
  from schnittwerk_core.policy_definition d
  cross join lateral (select schnittwerk_core.json_number(p_policy_value) as value) n
  where d.policy_key = p_policy_key
);

comment on function schnittwerk_core.policy_value_fault(text, jsonb) is
  'The fault of a policy''s value: wrong JSON type, out of the range of its definition, or more than 10 decimal places. Null for a valid value.';

revoke execute on function schnittwerk_core.policy_value_fault from public;
-- end include

-- include: sql/policies/booking_policies_value_is_valid.sql
create function schnittwerk_core.booking_policies_value_is_valid()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_fault jsonb := schnittwerk_core.policy_value_fault(new.policy_key, new.policy_value);
begin
  if v_fault is not null then
    raise exception using
      errcode = 'check_violation', constraint = 'booking_policies_value_is_valid',
      message = v_fault ->> 'message',
      hint = 'list_policies() shows types and ranges.';
  end if;
  return new;
end
$$;

comment on function schnittwerk_core.booking_policies_value_is_valid() is
  'Refuses a policy value of the wrong type or range, also from direct SQL.';

revoke execute on function schnittwerk_core.booking_policies_value_is_valid from public;

create trigger booking_policies_value_is_valid
before insert or update of policy_key, policy_value on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.booking_policies_value_is_valid();
-- end include

-- include: sql/policies/salon_state.sql
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
-- end include

-- include: sql/policies/effective_policies.sql
create function schnittwerk_core.effective_policies(p_salon_id uuid)
returns jsonb
language sql
stable
parallel safe
return (
  select z.policies from schnittwerk_core.salon_state z where z.salon_id = p_salon_id
);

comment on function schnittwerk_core.effective_policies(uuid) is
  'The value in force of every policy of a salon: its active one, else the default.';

revoke execute on function schnittwerk_core.effective_policies from public;
-- end include

-- include: sql/policies/policies.sql
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
  'Every policy with the salon''s value, else the default. If is_active is false, the default is in force. The description of advance_booking_limit_days says if the setting max_advance_booking_days is stricter.';

revoke execute on function schnittwerk_core.policies from public;
-- end include

commit;
