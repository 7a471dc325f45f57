-- Deploy schnittwerk:pricing

begin;

set local search_path to pg_catalog, pg_temp;

-- include: sql/pricing/price_rule.sql
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
-- end include

-- include: sql/pricing/promotion_code.sql
create function schnittwerk_core.promotion_code(p_text text)
returns text
language sql
immutable
parallel safe
return upper(regexp_replace(p_text, '\s', '', 'g') collate "C");

comment on function schnittwerk_core.promotion_code(text) is
  'The code of a promotion as it is stored and compared: upper case, without white space.';

revoke execute on function schnittwerk_core.promotion_code from public;
-- end include

-- include: sql/pricing/number_range_faults.sql
create function schnittwerk_core.number_range_faults(p_path text, p_range jsonb, p_most int)
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.object_faults(p_path, p_range, '{min,max}')
  || case when jsonb_typeof(p_range) = 'object' then array[
    schnittwerk_core.fault(
      p_path, num_nulls(p_range ->> 'min', p_range ->> 'max') = 2, 'required',
      p_path || ' must have min, max or both'),
    schnittwerk_core.json_decimal_fault(
      p_path || '.min', p_range -> 'min', 0, p_most, false),
    coalesce(
      schnittwerk_core.json_decimal_fault(
        p_path || '.max', p_range -> 'max', 0, p_most, false),
      schnittwerk_core.fault(
        p_path || '.max',
        coalesce(
          schnittwerk_core.json_number(p_range -> 'max')
            <= coalesce(schnittwerk_core.json_number(p_range -> 'min'), 0),
          false
        ),
        'out_of_range',
        format('%s.max must be greater than %s', p_path, coalesce(
          schnittwerk_core.json_number(p_range -> 'min'), 0)))
    )
  ] end;

comment on function schnittwerk_core.number_range_faults(text, jsonb, int) is
  'The faults of a range of numbers {"min", "max"} from 0 to p_most, one of which may be absent. max is not part of the range, so it must be greater than min.';

revoke execute on function schnittwerk_core.number_range_faults from public;
-- end include

-- include: sql/pricing/price_condition_faults.sql
create function schnittwerk_core.price_condition_faults(
  p_path text, p_conditions jsonb, p_kind text
)
returns jsonb[]
language sql
stable
parallel safe
return (
  select
    schnittwerk_core.object_faults(
      p_path, p_conditions,
      '{services,staff,days,times,lead_hours,booked_percent}'::text[]
      || case when p_kind in ('time', 'lead_time', 'demand') then '{}'::text[]
        else '{code,first_visit,max_uses,max_uses_per_customer}' end)
    || array(
      select coalesce(
        schnittwerk_core.json_fault(p_path || '.' || l.key, s.given -> l.key, 'array'),
        schnittwerk_core.fault(
          p_path || '.' || l.key,
          case when jsonb_typeof(s.given -> l.key) = 'array'
            then jsonb_array_length(s.given -> l.key) not between 1 and l.most else false end,
          'out_of_range', format('%s.%s must have 1 to %s items', p_path, l.key, l.most))
      )
      from (values ('services', 200), ('staff', 200), ('days', 7), ('times', 24)) l (key, most)
    )
    || array(
      select schnittwerk_core.json_fault(i.path, i.value, 'uuid', true)
      from (values ('services'), ('staff')) l (key)
      cross join lateral schnittwerk_core.list_items(
        p_path || '.' || l.key, s.given -> l.key) i
    )
    || array(
      select schnittwerk_core.json_number_fault(i.path, i.value, 0, 6)
      from schnittwerk_core.list_items(p_path || '.days', s.given -> 'days') i
    )
    || array(
      select f.fault
      from schnittwerk_core.list_items(p_path || '.times', s.given -> 'times') i
      cross join lateral unnest(schnittwerk_core.window_faults(i.path, i.value)) f (fault)
    )
    -- 730 days: nothing can be booked further ahead.
    || case when s.given ? 'lead_hours' then schnittwerk_core.number_range_faults(
      p_path || '.lead_hours', s.given -> 'lead_hours', 17520) end
    || case when s.given ? 'booked_percent' then schnittwerk_core.number_range_faults(
      p_path || '.booked_percent', s.given -> 'booked_percent', 100) end
    || array[
      coalesce(
        schnittwerk_core.json_fault(p_path || '.code', s.given -> 'code', 'string'),
        schnittwerk_core.fault(
          p_path || '.code',
          coalesce(
            schnittwerk_core.promotion_code(s.given ->> 'code') !~ '^[A-Z0-9_-]{5,50}$', false),
          'invalid_code', p_path || '.code must have 5 to 50 letters, digits, - or _')
      ),
      coalesce(
        schnittwerk_core.json_fault(
          p_path || '.first_visit', s.given -> 'first_visit', 'boolean'),
        schnittwerk_core.fault(
          p_path || '.first_visit', coalesce(s.given -> 'first_visit' = 'false', false),
          'out_of_range', p_path || '.first_visit must be true, or be left out')
      ),
      schnittwerk_core.json_number_fault(
        p_path || '.max_uses', s.given -> 'max_uses', 1, 1000000, false),
      schnittwerk_core.json_number_fault(
        p_path || '.max_uses_per_customer', s.given -> 'max_uses_per_customer', 1, 1000, false)
    ]
  from (
    select jsonb_strip_nulls(
      case when jsonb_typeof(p_conditions) = 'object' then p_conditions else '{}' end) as given
  ) s
);

comment on function schnittwerk_core.price_condition_faults(text, jsonb, text) is
  'The faults of the conditions of a price rule that can be found without the salon''s data; a null condition counts as absent. p_kind: only promotions may have conditions on codes and uses; null means not known yet.';

revoke execute on function schnittwerk_core.price_condition_faults from public;
-- end include

-- include: sql/pricing/price_adjustment_faults.sql
create function schnittwerk_core.price_adjustment_faults(p_path text, p_adjustment jsonb)
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.object_faults(p_path, p_adjustment, '{percent,amount,price}')
  || case when jsonb_typeof(p_adjustment) = 'object' then array[
    schnittwerk_core.fault(
      p_path,
      num_nonnulls(
        p_adjustment ->> 'percent', p_adjustment ->> 'amount', p_adjustment ->> 'price') <> 1,
      'not_one', p_path || ' must have exactly one of percent, amount, price'),
    schnittwerk_core.json_decimal_fault(
      p_path || '.percent', p_adjustment -> 'percent', -100, 1000, false),
    coalesce(
      schnittwerk_core.json_decimal_fault(
        p_path || '.amount', p_adjustment -> 'amount', -99999999.99, 99999999.99, false),
      schnittwerk_core.fault(
        p_path || '.amount',
        coalesce(schnittwerk_core.json_number(p_adjustment -> 'amount') = 0, false),
        'out_of_range', p_path || '.amount must not be 0')
    ),
    schnittwerk_core.json_decimal_fault(
      p_path || '.price', p_adjustment -> 'price', 0, 99999999.99, false)
  ] end;

comment on function schnittwerk_core.price_adjustment_faults(text, jsonb) is
  'The faults of the adjustment of a price rule; a key that is null counts as absent.';

revoke execute on function schnittwerk_core.price_adjustment_faults from public;
-- end include

-- include: sql/pricing/price_rule_faults.sql
create function schnittwerk_core.price_rule_faults(
  p_prefix text, p_rule schnittwerk_core.price_rule, p_is_whole boolean default true
)
returns jsonb[]
language sql
stable
parallel safe
return array[
    schnittwerk_core.line_fault(p_prefix || 'name', (p_rule).name, 200, p_is_whole),
    coalesce(
      schnittwerk_core.required_fault(
        p_prefix || 'kind', p_is_whole and (p_rule).kind is null),
      schnittwerk_core.fault(
        p_prefix || 'kind',
        coalesce((p_rule).kind not in ('time', 'lead_time', 'demand', 'promotion'), false),
        'unknown_kind', p_prefix || 'kind must be time, lead_time, demand or promotion')
    )
  ]
  || case when (p_rule).conditions is not null then schnittwerk_core.price_condition_faults(
    p_prefix || 'conditions', (p_rule).conditions, (p_rule).kind) end
  || case when p_is_whole or (p_rule).adjustment is not null
    then schnittwerk_core.price_adjustment_faults(
      p_prefix || 'adjustment', (p_rule).adjustment) end
  || array[
    schnittwerk_core.number_fault(p_prefix || 'priority', (p_rule).priority, 0, 1000, false),
    schnittwerk_core.date_fault(p_prefix || 'valid_from', (p_rule).valid_from, false),
    coalesce(
      schnittwerk_core.date_fault(p_prefix || 'valid_until', (p_rule).valid_until, false),
      schnittwerk_core.fault(
        p_prefix || 'valid_until',
        coalesce((p_rule).valid_until < (p_rule).valid_from, false),
        'out_of_range',
        format('%1$svalid_until must not be before %1$svalid_from, %2$s',
          p_prefix, (p_rule).valid_from))
    )
  ];

comment on function schnittwerk_core.price_rule_faults(text, schnittwerk_core.price_rule, boolean) is
  'The faults of a price rule that can be found without the salon''s data, with p_prefix before the names of its columns. Conditions and adjustment may be as a client gives them. p_is_whole: false for a change, in which null keeps a value.';

revoke execute on function schnittwerk_core.price_rule_faults from public;
-- end include

-- include: sql/pricing/price_rule_misfits.sql
create function schnittwerk_core.price_rule_misfits(
  p_prefix text, p_rule schnittwerk_core.price_rule
)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_path constant text := p_prefix || 'conditions.';
  v_services constant jsonb := coalesce(nullif(p_rule.conditions -> 'services', 'null'), '[]');
  v_staff constant jsonb := coalesce(nullif(p_rule.conditions -> 'staff', 'null'), '[]');
  v_faults constant jsonb[] := array(
    select schnittwerk_core.fault(
      i.path, true, 'unknown_service',
      format('There is no service with the id %s', i.value #>> '{}'))
    from schnittwerk_core.list_items(v_path || 'services', v_services) i
    where not exists (
      select from schnittwerk_core.services v
      where v.salon_id = p_rule.salon_id and v.id = (i.value #>> '{}')::uuid
    )
    order by i.n
  ) || array(
    select schnittwerk_core.fault(
      i.path, true, 'unknown_staff',
      format('There is no member of staff with the id %s', i.value #>> '{}'))
    from schnittwerk_core.list_items(v_path || 'staff', v_staff) i
    where not exists (
      select from schnittwerk_core.staff m
      where m.salon_id = p_rule.salon_id and m.id = (i.value #>> '{}')::uuid
    )
    order by i.n
  );
begin
  if v_faults <> '{}' or v_services = '[]' or v_staff = '[]' then
    return v_faults;
  end if;
  return array[schnittwerk_core.fault(
    v_path || 'staff',
    not exists (
      select from schnittwerk_core.staff_services p
      where p.salon_id = p_rule.salon_id
        and p.service_id in (
          select s.id::uuid from jsonb_array_elements_text(v_services) s (id))
        and p.staff_id in (select s.id::uuid from jsonb_array_elements_text(v_staff) s (id))
    ),
    'service_not_offered',
    'None of these staff performs any of these services: list_staff(p_service_id) shows who does'
  )];
end
$$;

comment on function schnittwerk_core.price_rule_misfits(text, schnittwerk_core.price_rule) is
  'The faults of a price rule that does not fit the catalogue: unknown services or staff, or staff of whom none performs any of the services. The rule has no price_rule_faults.';

revoke execute on function schnittwerk_core.price_rule_misfits from public;
-- end include

-- include: sql/pricing/kept_price_rule.sql
create function schnittwerk_core.kept_numbers(p_object jsonb)
returns jsonb
language sql
immutable
parallel safe
return (
  select jsonb_object_agg(
    r.key, to_jsonb(trim_scale(schnittwerk_core.json_number(r.value))))
  from jsonb_each(p_object) r
  where r.value <> 'null'
);

comment on function schnittwerk_core.kept_numbers(jsonb) is
  'The numbers of an object, such as {"min", "max"}, as they are stored: without needless zeros.';

revoke execute on function schnittwerk_core.kept_numbers from public;

create function schnittwerk_core.kept_price_rule(p_rule schnittwerk_core.price_rule)
returns schnittwerk_core.price_rule
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_given constant jsonb := jsonb_strip_nulls(coalesce(p_rule.conditions, '{}'));
begin
  p_rule.conditions := jsonb_strip_nulls(jsonb_build_object(
    'services', (
      select jsonb_agg(s.id order by s.id)
      from (
        select distinct i.value::uuid as id
        from jsonb_array_elements_text(v_given -> 'services') i (value)
      ) s
    ),
    'staff', (
      select jsonb_agg(s.id order by s.id)
      from (
        select distinct i.value::uuid as id
        from jsonb_array_elements_text(v_given -> 'staff') i (value)
      ) s
    ),
    'days', (
      select jsonb_agg(distinct i.value::int order by i.value::int)
      from jsonb_array_elements_text(v_given -> 'days') i (value)
    ),
    'times', (
      select jsonb_agg(
        jsonb_build_object(
          'start_time', schnittwerk_core.time_text(w.start_time),
          'end_time', schnittwerk_core.time_text(w.end_time))
        order by w.start_time, w.end_time)
      from (
        select distinct
          schnittwerk_core.json_time(i -> 'start_time') as start_time,
          schnittwerk_core.json_time(i -> 'end_time') as end_time
        from jsonb_array_elements(v_given -> 'times') i
      ) w
    ),
    'lead_hours', schnittwerk_core.kept_numbers(v_given -> 'lead_hours'),
    'booked_percent', schnittwerk_core.kept_numbers(v_given -> 'booked_percent'),
    'code', schnittwerk_core.promotion_code(v_given ->> 'code'),
    'first_visit', v_given -> 'first_visit',
    'max_uses', v_given -> 'max_uses',
    'max_uses_per_customer', v_given -> 'max_uses_per_customer'
  ));
  p_rule.adjustment := schnittwerk_core.kept_numbers(p_rule.adjustment);
  p_rule.priority := coalesce(p_rule.priority, 0);
  p_rule.is_active := coalesce(p_rule.is_active, true);
  return p_rule;
end
$$;

comment on function schnittwerk_core.kept_price_rule(schnittwerk_core.price_rule) is
  'A price rule without faults, as it is stored: lists sorted and without repetition, numbers without needless zeros, the code in upper case, and defaults for null.';

revoke execute on function schnittwerk_core.kept_price_rule from public;
-- end include

-- include: sql/pricing/json_price_rule.sql
create function schnittwerk_core.json_price_rule(p_salon_id uuid, p_rule jsonb)
returns schnittwerk_core.price_rule
language sql
stable
parallel safe
return jsonb_populate_record(
  null::schnittwerk_core.price_rule,
  p_rule || jsonb_build_object(
    'salon_id', p_salon_id,
    'name', schnittwerk_core.line(p_rule ->> 'name'),
    'conditions', nullif(p_rule -> 'conditions', 'null')
  )
);

comment on function schnittwerk_core.json_price_rule(uuid, jsonb) is
  'The price rule of a JSON object with the columns of list_price_rules, if the types of its values are right. What is absent is null.';

revoke execute on function schnittwerk_core.json_price_rule from public;

create function schnittwerk_core.json_price_rule_faults(p_path text, p_rule jsonb)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_faults jsonb[] := schnittwerk_core.object_faults(
    p_path, p_rule,
    '{id,name,kind,conditions,adjustment,priority,valid_from,valid_until,is_active}');
begin
  if jsonb_typeof(p_rule) = 'object' then
    v_faults := v_faults || array[
      schnittwerk_core.json_fault(p_path || '.id', p_rule -> 'id', 'uuid'),
      schnittwerk_core.json_fault(p_path || '.name', p_rule -> 'name', 'string'),
      schnittwerk_core.json_fault(p_path || '.kind', p_rule -> 'kind', 'string'),
      schnittwerk_core.json_number_fault(
        p_path || '.priority', p_rule -> 'priority', 0, 1000, false),
      schnittwerk_core.json_fault(p_path || '.valid_from', p_rule -> 'valid_from', 'date'),
      schnittwerk_core.json_fault(p_path || '.valid_until', p_rule -> 'valid_until', 'date'),
      schnittwerk_core.json_fault(p_path || '.is_active', p_rule -> 'is_active', 'boolean')
    ];
  end if;
  if num_nonnulls(variadic v_faults) > 0 then
    return v_faults;
  end if;
  return schnittwerk_core.price_rule_faults(
    p_path || '.', schnittwerk_core.json_price_rule(null, p_rule));
end
$$;

comment on function schnittwerk_core.json_price_rule_faults(text, jsonb) is
  'The faults of a price rule in JSON (see json_price_rule) that can be found without the salon''s data.';

revoke execute on function schnittwerk_core.json_price_rule_faults from public;
-- end include

-- include: sql/pricing/price_rules_overlap.sql
create function schnittwerk_core.price_rules_overlap(
  p_one schnittwerk_core.price_rule, p_other schnittwerk_core.price_rule
)
returns boolean
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
declare
  v_one constant jsonb := p_one.conditions;
  v_other constant jsonb := p_other.conditions;
  v_first constant date := greatest(p_one.valid_from, p_other.valid_from);
  v_last constant date := least(p_one.valid_until, p_other.valid_until);
begin
  return p_one.is_active and p_other.is_active
    and p_one.kind = p_other.kind
    and p_one.priority = p_other.priority
    and (select count(*) from jsonb_object_keys(v_one))
      = (select count(*) from jsonb_object_keys(v_other))
    and coalesce(v_one ->> 'code' = v_other ->> 'code', true)
    and coalesce(
      v_one -> 'services'
        ?| array(select s.id from jsonb_array_elements_text(v_other -> 'services') s (id))
      or not v_other ? 'services',
      true)
    and coalesce(
      v_one -> 'staff'
        ?| array(select s.id from jsonb_array_elements_text(v_other -> 'staff') s (id))
      or not v_other ? 'staff',
      true)
    and numrange(
        (v_one #>> '{lead_hours,min}')::numeric, (v_one #>> '{lead_hours,max}')::numeric)
      && numrange(
        (v_other #>> '{lead_hours,min}')::numeric, (v_other #>> '{lead_hours,max}')::numeric)
    -- A maximum of 100 includes a full day.
    and numrange(
        (v_one #>> '{booked_percent,min}')::numeric,
        nullif((v_one #>> '{booked_percent,max}')::numeric, 100))
      && numrange(
        (v_other #>> '{booked_percent,min}')::numeric,
        nullif((v_other #>> '{booked_percent,max}')::numeric, 100))
    and (
      not v_one ? 'times' or not v_other ? 'times'
      or exists (
        select
        from jsonb_array_elements(v_one -> 'times') w
        join jsonb_array_elements(v_other -> 'times') x
          on schnittwerk_core.json_time(w -> 'start_time')
            < schnittwerk_core.json_time(x -> 'end_time')
          and schnittwerk_core.json_time(x -> 'start_time')
            < schnittwerk_core.json_time(w -> 'end_time')
      )
    )
    -- A date on which both are valid. If one exists, then also within the first week.
    and exists (
      select
      from generate_series(0, 6) n
      cross join lateral (
        select coalesce(v_first, v_last - 6, '2000-01-01') + n as date
      ) d
      cross join lateral (select to_jsonb(extract(dow from d.date)::int) as day) w
      where (v_last is null or d.date <= v_last)
        and coalesce(v_one -> 'days' @> w.day, true)
        and coalesce(v_other -> 'days' @> w.day, true)
    );
end
$$;

comment on function schnittwerk_core.price_rules_overlap(schnittwerk_core.price_rule, schnittwerk_core.price_rule) is
  'Whether a booking could meet two price rules of the same rank, so that only their ids would decide. Both rules are as kept_price_rule makes them.';

revoke execute on function schnittwerk_core.price_rules_overlap from public;
-- end include

-- include: sql/pricing/price_rule_overlap_fault.sql
create function schnittwerk_core.price_rule_overlap_fault(
  p_prefix text,
  p_rule schnittwerk_core.price_rule,
  p_others schnittwerk_core.price_rule[]
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select schnittwerk_core.fault(p_prefix || 'priority', true, 'overlap', format(
      'Some bookings meet both this rule and "%s", which has the priority %s and as many '
        'conditions too: give one of them another %spriority',
      o.name, o.priority, p_prefix))
    from unnest(p_others) o
    where schnittwerk_core.price_rules_overlap(p_rule, o)
    order by schnittwerk_core.sort_key(o.name), o.name
    limit 1
  );
end
$$;

comment on function schnittwerk_core.price_rule_overlap_fault(text, schnittwerk_core.price_rule, schnittwerk_core.price_rule[]) is
  'The fault of a price rule that overlaps one of p_others; its message names the first of them by name. All rules are as kept_price_rule makes them.';

revoke execute on function schnittwerk_core.price_rule_overlap_fault from public;
-- end include

-- include: sql/pricing/price_rule_json.sql
create function schnittwerk_core.price_rule_json(p_rule schnittwerk_core.price_rule)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_rule) - 'turns'
  || jsonb_build_object('created_at', schnittwerk_core.utc_text((p_rule).created_at));

comment on function schnittwerk_core.price_rule_json(schnittwerk_core.price_rule) is
  'A price rule with all its columns except turns, times in UTC.';

revoke execute on function schnittwerk_core.price_rule_json from public;
-- end include

-- include: sql/pricing/limited_price.sql
create function schnittwerk_core.limited_price(
  p_price numeric, p_min_price numeric, p_max_price numeric
)
returns numeric
language sql
immutable
parallel safe
return greatest(least(p_price, p_max_price, 99999999.99), p_min_price, 0.00);

comment on function schnittwerk_core.limited_price(numeric, numeric, numeric) is
  'A price within the limits of its service (null = none), never below 0, and never above what the domain price holds.';

revoke execute on function schnittwerk_core.limited_price from public;
-- end include

-- include: sql/pricing/price_amount.sql
create function schnittwerk_core.price_amount(p_adjustment jsonb, p_price numeric)
returns numeric
language sql
immutable
parallel safe
return coalesce(
  p_price * (p_adjustment ->> 'percent')::numeric * 0.01,
  (p_adjustment ->> 'amount')::numeric,
  (p_adjustment ->> 'price')::numeric - p_price
);

comment on function schnittwerk_core.price_amount(jsonb, numeric) is
  'What the adjustment of a rule adds to a price, exactly; null without an adjustment.';

revoke execute on function schnittwerk_core.price_amount from public;
-- end include

-- include: sql/pricing/rounded_price.sql
create function schnittwerk_core.rounded_price(p_price numeric, p_rounding numeric)
returns numeric
language sql
immutable
parallel safe
return round(p_price / p_rounding) * p_rounding;

comment on function schnittwerk_core.rounded_price(numeric, numeric) is
  'The multiple of p_rounding that is nearest to a price of at least 0, half up.';

revoke execute on function schnittwerk_core.rounded_price from public;
-- end include

-- include: sql/pricing/has_limited_uses.sql
create function schnittwerk_core.has_limited_uses(p_conditions jsonb)
returns boolean
language sql
immutable
parallel safe
return p_conditions ?| '{first_visit,max_uses,max_uses_per_customer}';

comment on function schnittwerk_core.has_limited_uses(jsonb) is
  'Whether other bookings can make a promotion with these conditions unavailable.';

revoke execute on function schnittwerk_core.has_limited_uses from public;
-- end include

-- include: sql/pricing/price_rules.sql
create function schnittwerk_core.price_rules(
  p_salon_id uuid, p_service_id uuid, p_promotion_ids uuid[]
)
returns schnittwerk_core.price_rule[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select r
    from schnittwerk_core.price_rule r
    where r.salon_id = p_salon_id and r.is_active
      and coalesce(r.conditions -> 'services' ? p_service_id::text, true)
      and (r.kind <> 'promotion' or r.id = any (p_promotion_ids))
    order by
      r.priority desc, (select count(*) from jsonb_object_keys(r.conditions)) desc, r.id
  );
end
$$;

comment on function schnittwerk_core.price_rules(uuid, uuid, uuid[]) is
  'The active price rules that a service can meet; of promotions only p_promotion_ids. Of two rules of a kind that a start meets, the first in this order applies.';

revoke execute on function schnittwerk_core.price_rules from public;
-- end include

-- include: sql/pricing/price_stretches.sql
create type schnittwerk_core.staff_loads as (
  staff_ids uuid[], days date[], booked_percents float8[]
);

comment on type schnittwerk_core.staff_loads is
  'How full local days of staff are: whose, which, and the percentage of their open time in which live appointments need them.';

create function schnittwerk_core.price_stretches(
  p_service_id uuid,
  p_staff_ids uuid[],
  p_rules schnittwerk_core.price_rule[],
  p_loads schnittwerk_core.staff_loads,
  p_weeks schnittwerk_core.salon_week[],
  p_during tstzmultirange,
  p_now timestamptz
)
returns table (
  staff_ids uuid[],
  since timestamptz,
  base_price numeric,
  price numeric,
  rules int[],
  amounts numeric[]
)
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set jit = off
-- Hash joins, even if the caller has switched them off: no index serves these joins.
set enable_hashjoin = on
as $$
declare
  -- A day's load falls between two of these. A quotient of whole minutes that equals one of them
  -- also equals it as a float.
  v_percents constant float8[] := array(
    select distinct p.value::float8
    from unnest(p_rules) r
    cross join lateral jsonb_each_text(r.conditions -> 'booked_percent') p
    where p.key = 'min' or p.value::float8 < 100
    order by 1
  );
begin
  return query
  with rule as materialized (
    select
      r.ordinality::int as n, r.kind, r.conditions, r.adjustment, r.valid_from, r.valid_until,
      r.conditions ? 'staff' as is_for_staff,
      case when r.conditions ? 'booked_percent' then coalesce(
        array_position(v_percents, (r.conditions #>> '{booked_percent,min}')::float8), 0)
      else -1 end as least_load,
      -- A maximum of 100 includes a full day.
      coalesce(
        array_position(
          v_percents, nullif((r.conditions #>> '{booked_percent,max}')::float8, 100)) - 1,
        cardinality(v_percents)) as most_load,
      -- Elapsed time: hours, not days.
      tstzrange(
        p_now + make_interval(secs => (r.conditions #>> '{lead_hours,min}')::float8 * 3600),
        p_now + make_interval(secs => (r.conditions #>> '{lead_hours,max}')::float8 * 3600)
      ) as leads
    from unnest(p_rules) with ordinality r
  ),
  -- The part of a local day that is asked for and has one offset from UTC.
  piece as materialized (
    select
      row_number() over () as n, w.week + d.n as day, z as utc_offset,
      d.during * asked.during as during
    from unnest(p_weeks) w
    cross join unnest(w.offsets) z
    cross join lateral (
      select i.n, schnittwerk_core.local_range(w.week + i.n, w.week + i.n + 1, z) as during
      from generate_series(0, 6) i (n)
      offset 0
    ) d
    cross join unnest(p_during) asked (during)
    where d.during && asked.during
  ),
  -- When a rule's conditions that do not depend on the member of staff are met.
  met as materialized (
    select m.*
    from (
      select
        r.n, r.kind, r.is_for_staff, r.least_load, r.most_load, p.n as piece,
        r.leads * case when w.value is null then p.during
          else p.during * schnittwerk_core.local_range(
            p.day + (w.value ->> 'start_time')::time, p.day + (w.value ->> 'end_time')::time,
            p.utc_offset)
        end as during
      from piece p
      join rule r
        on coalesce(p.day >= r.valid_from, true) and coalesce(p.day <= r.valid_until, true)
        and coalesce(r.conditions -> 'days' @> to_jsonb(extract(dow from p.day)), true)
      left join lateral jsonb_array_elements(r.conditions -> 'times') w (value) on true
    ) m
    where not isempty(m.during)
  ),
  term as materialized (
    select t.*, dense_rank() over (order by t.base_price, t.rules) as terms
    from (
      select
        s.id as staff_id, coalesce(o.custom_price, v.base_price) as base_price,
        array(
          select r.n
          from rule r
          where r.is_for_staff and r.conditions -> 'staff' ? s.id::text
        ) as rules
      from schnittwerk_core.services v
      cross join unnest(p_staff_ids) s (id)
      left join schnittwerk_core.staff_services o
        on o.salon_id = v.salon_id and o.service_id = v.id and o.staff_id = s.id
      where v.salon_id = p_weeks[1].salon_id and v.id = p_service_id
    ) t
  ),
  -- Many days of many staff have the same prices: those with the same terms and, if a rule asks for
  -- it, the same load.
  alike as materialized (
    select array_agg(t.staff_id order by t.staff_id) as staff_ids, t.terms, p.n as piece, -1 as load
    from term t
    cross join piece p
    where v_percents = '{}'
    group by t.terms, p.n
    union all
    select
      array_agg(t.staff_id), t.terms, p.n,
      -- -1 = a day without open time.
      coalesce(width_bucket(l.booked_percent, v_percents), -1) as load
    from term t
    cross join piece p
    left join unnest(p_loads.staff_ids, p_loads.days, p_loads.booked_percents)
      l (staff_id, day, booked_percent) on l.staff_id = t.staff_id and l.day = p.day
    where v_percents <> '{}'
    group by t.terms, p.n, 4
  ),
  combination as materialized (
    select
      row_number() over () as n, a.staff_ids, a.piece, a.load, t.base_price, t.rules, p.during
    from alike a
    join (select distinct t.terms, t.base_price, t.rules from term t) t on t.terms = a.terms
    join piece p on p.n = a.piece
  ),
  met_in as materialized (
    select c.n as combination, c.base_price, c.during as asked, m.n, m.kind, m.during
    from combination c
    join met m
      on m.piece = c.piece and c.load between m.least_load and m.most_load
      and (not m.is_for_staff or m.n = any (c.rules))
  ),
  -- Of the rules that are met at a time, the first of each kind applies; 0 means none.
  applied as materialized (
    select
      e.combination, e.base_price, e.since,
      coalesce(min(m.n) filter (where m.kind = 'time'), 0) as of_time,
      coalesce(min(m.n) filter (where m.kind = 'lead_time'), 0) as of_lead_time,
      coalesce(min(m.n) filter (where m.kind = 'demand'), 0) as of_demand,
      coalesce(min(m.n) filter (where m.kind = 'promotion'), 0) as of_promotion
    from (
      select c.n as combination, c.base_price, lower(c.during) as since
      from combination c
      union
      select m.combination, m.base_price, b.since
      from met_in m
      cross join lateral (values (lower(m.during)), (upper(m.during))) b (since)
      where b.since <@ m.asked
    ) e
    left join met_in m on m.combination = e.combination and m.during @> e.since
    group by e.combination, e.base_price, e.since
  ),
  priced as materialized (
    select
      a.*,
      round(case when a.of_time + a.of_lead_time + a.of_demand + a.of_promotion = 0
        then schnittwerk_core.limited_price(a.base_price, v.min_price, v.max_price)
        else schnittwerk_core.limited_price(
          schnittwerk_core.rounded_price(limited.price, s.price_rounding),
          v.min_price, v.max_price)
      end, 2) as price,
      array_remove(array[a.of_time, a.of_lead_time, a.of_demand, a.of_promotion], 0) as rules,
      array_remove(array[
        basic.of_time, basic.of_lead_time, basic.of_demand, promotion.amount], null) as amounts
    from (
      select distinct a.base_price, a.of_time, a.of_lead_time, a.of_demand, a.of_promotion
      from applied a
    ) a
    join schnittwerk_core.services v on v.salon_id = p_weeks[1].salon_id and v.id = p_service_id
    join schnittwerk_core.salon s on s.id = v.salon_id
    cross join lateral (
      select
        schnittwerk_core.price_amount(p_rules[a.of_time].adjustment, a.base_price) as of_time,
        schnittwerk_core.price_amount(p_rules[a.of_lead_time].adjustment, a.base_price)
          as of_lead_time,
        schnittwerk_core.price_amount(p_rules[a.of_demand].adjustment, a.base_price) as of_demand
      offset 0
    ) basic
    cross join lateral (
      select a.base_price + coalesce(basic.of_time, 0) + coalesce(basic.of_lead_time, 0)
        + coalesce(basic.of_demand, 0) as price
      offset 0
    ) before
    cross join lateral (
      select schnittwerk_core.price_amount(p_rules[a.of_promotion].adjustment, before.price)
        as amount
      offset 0
    ) promotion
    cross join lateral (
      select schnittwerk_core.limited_price(
        before.price + coalesce(promotion.amount, 0), v.min_price, v.max_price) as price
      offset 0
    ) limited
  )
  select c.staff_ids, a.since, x.base_price, x.price, x.rules, x.amounts
  from applied a
  join priced x
    on (x.base_price, x.of_time, x.of_lead_time, x.of_demand, x.of_promotion)
      = (a.base_price, a.of_time, a.of_lead_time, a.of_demand, a.of_promotion)
  join combination c on c.n = a.combination;
end
$$;

comment on function schnittwerk_core.price_stretches(uuid, uuid[], schnittwerk_core.price_rule[], schnittwerk_core.staff_loads, schnittwerk_core.salon_week[], tstzmultirange, timestamptz) is
  'What a service costs with each member of staff at the starts p_during. A price holds from since until the next row of the same person. rules are the numbers of the p_rules that apply, amounts what each adds. The only function that prices a start. p_rules: as price_rules returns them. p_loads: for each member of staff and local day, if a rule asks for it. p_weeks: the weeks of the starts. p_now: the instant from which lead hours count.';

revoke execute on function schnittwerk_core.price_stretches from public;
-- end include

-- include: sql/pricing/price_json.sql
create function schnittwerk_core.price_json(
  p_rules schnittwerk_core.price_rule[],
  p_applied int[],
  p_amounts numeric[],
  p_base_price numeric,
  p_price numeric
)
returns jsonb
language sql
stable
parallel safe
return jsonb_build_object(
  'base_price', p_base_price,
  'rules', (
    select coalesce(jsonb_agg(
      jsonb_build_object(
        'id', p_rules[a.rule].id, 'name', p_rules[a.rule].name, 'kind', p_rules[a.rule].kind,
        'amount', trim_scale(p_amounts[a.n])
      ) order by a.n
    ), '[]')
    from unnest(p_applied) with ordinality a (rule, n)
  ),
  'price', p_price
);

comment on function schnittwerk_core.price_json(schnittwerk_core.price_rule[], int[], numeric[], numeric, numeric) is
  'How a price came about: {"base_price", "rules": [{"id", "name", "kind", "amount"}], "price"}; p_applied, p_amounts: as price_stretches returns them.';

revoke execute on function schnittwerk_core.price_json from public;
-- end include

commit;
