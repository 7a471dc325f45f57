create table schnittwerk_core.price_rule (
  salon_id uuid not null,
  id uuid not null default schnittwerk_core.new_id(),
  name text not null,
  kind text not null,
  conditions jsonb not null default '{}',
  adjustment jsonb not null,
  priority int not null default 0,
  valid_from date,
  valid_until date,
  is_active boolean not null default true,
  turns bigint not null default 0,
  created_at timestamptz not null default schnittwerk_core.clock(),
  constraint price_rule_pkey primary key (salon_id, id),
  constraint price_rule_belongs_to_a_salon
    foreign key (salon_id) references schnittwerk_core.salon (id),
  constraint price_rule_name_is_unique_in_the_salon unique (salon_id, name),
  constraint price_rule_name_is_one_line check (schnittwerk_core.is_line(name)),
  constraint price_rule_kind_is_known
    check (kind in ('time', 'lead_time', 'demand', 'promotion')),
  constraint price_rule_priority_is_0_to_1000 check (priority between 0 and 1000),
  constraint price_rule_dates_are_from_1900_to_2999
    check (valid_from >= '1900-01-01' and valid_until <= '2999-12-31'),
  constraint price_rule_ends_after_it_begins check (valid_until >= valid_from)
);

alter table schnittwerk_core.price_rule enable row level security;

comment on table schnittwerk_core.price_rule is
  'Rules that make a price depend on the start, on how far ahead it is booked and how full the day is, or on a promotion. Of each kind at most one applies to a start: the one with the highest priority, then with the most conditions, then by id. Nothing refers to a rule: what it priced keeps its price when it is deleted.';
comment on column schnittwerk_core.price_rule.salon_id is 'The salon.';
comment on column schnittwerk_core.price_rule.id is 'Identifies the rule within the salon.';
comment on column schnittwerk_core.price_rule.name is 'Name, unique in the salon; customers see it.';
comment on column schnittwerk_core.price_rule.kind is 'time, lead_time, demand or promotion.';
comment on column schnittwerk_core.price_rule.conditions is
  'When it applies, as save_price_rule takes it; {} = always.';
comment on column schnittwerk_core.price_rule.adjustment is
  'What it does: {"percent"}, {"amount"} or {"price"}.';
comment on column schnittwerk_core.price_rule.priority is 'Among rules of its kind the highest applies.';
comment on column schnittwerk_core.price_rule.valid_from is
  'First local date of starts that it applies to; null = no limit.';
comment on column schnittwerk_core.price_rule.valid_until is 'Last local date; null = no limit.';
comment on column schnittwerk_core.price_rule.is_active is 'Inactive rules do not apply.';
comment on column schnittwerk_core.price_rule.turns is
  'Raised by every booking that takes a limited use of the promotion: simultaneous bookings wait for each other here, and then count the uses.';
comment on column schnittwerk_core.price_rule.created_at is 'When the rule was created.';

create function schnittwerk_core.keep_has_price_rules()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- A separate statement: the next one then sees what others had saved before the lock was granted.
  perform from schnittwerk_core.salon_state z
  where z.salon_id in (old.salon_id, new.salon_id)
  order by z.salon_id
  for no key update;
  update schnittwerk_core.salon_state z
  set has_price_rules = not z.has_price_rules
  where z.salon_id in (old.salon_id, new.salon_id)
    and z.has_price_rules <> exists (
      select from schnittwerk_core.price_rule r
      where r.salon_id = z.salon_id and r.is_active
    );
  return null;
end
$$;

comment on function schnittwerk_core.keep_has_price_rules() is
  'Records whether a salon has active price rules, also when direct SQL changes them.';

revoke execute on function schnittwerk_core.keep_has_price_rules from public;

create trigger price_rule_keep_has_price_rules
after insert or delete or update of is_active, salon_id on schnittwerk_core.price_rule
for each row execute function schnittwerk_core.keep_has_price_rules();
