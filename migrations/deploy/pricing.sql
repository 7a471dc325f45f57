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
  'Rules by which a price depends on the start, on how long before it and how full the day is, or on a promotion. Of each kind at most one applies to a start: the one with the highest priority, then with the most conditions, then by id. Nothing refers to a rule: what it priced keeps its price when it is deleted.';
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
  'First local date of starts that it applies to; null = no first.';
comment on column schnittwerk_core.price_rule.valid_until is 'Last local date; null = no last.';
comment on column schnittwerk_core.price_rule.is_active is 'Inactive rules do not apply.';
comment on column schnittwerk_core.price_rule.turns is
  'Raised by every booking that uses the promotion while its uses are limited: simultaneous ones wait for each other here and then count.';
comment on column schnittwerk_core.price_rule.created_at is 'When the rule was created.';

create function schnittwerk_core.keep_has_price_rules()
returns trigger
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  -- A statement of its own: the next one then sees what others had saved before the lock was granted.
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

-- include: sql/pricing/limited_price.sql
create function schnittwerk_core.limited_price(
  p_price numeric, p_min_price numeric, p_max_price numeric
)
returns numeric
language sql
immutable
parallel safe
return greatest(least(p_price, p_max_price), p_min_price, 0.00);

comment on function schnittwerk_core.limited_price(numeric, numeric, numeric) is
  'A price within the limits of its service (null = none), and never below 0.';

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

create function schnittwerk_core.rounded_price(p_price numeric, p_rounding numeric)
returns numeric
language sql
immutable
parallel safe
return p_price + p_rounding * 0.5 - mod(p_price + p_rounding * 0.5, p_rounding);

comment on function schnittwerk_core.rounded_price(numeric, numeric) is
  'The multiple of p_rounding that is next to a price of at least 0, half up.';

revoke execute on function schnittwerk_core.rounded_price from public;
-- end include

-- include: sql/pricing/promotion_code.sql
create function schnittwerk_core.promotion_code(p_text text)
returns text
language sql
immutable
parallel safe
return upper(regexp_replace(p_text, '\s', '', 'g'));

comment on function schnittwerk_core.promotion_code(text) is
  'A promotion''s code as it is kept and compared: case and white space do not matter.';

revoke execute on function schnittwerk_core.promotion_code from public;
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
  'The active price rules that a service can meet, of promotions only those given. In order: of two rules of a kind that a start meets, the first applies.';

revoke execute on function schnittwerk_core.price_rules from public;
-- end include

-- include: sql/pricing/price_stretches.sql
create type schnittwerk_core.day_load as (staff_id uuid, day date, booked_percent float8);

comment on type schnittwerk_core.day_load is
  'How booked a local day of a member of staff is: the share of their open time in which live appointments need them.';

create function schnittwerk_core.price_stretches(
  p_service_id uuid,
  p_staff_ids uuid[],
  p_rules schnittwerk_core.price_rule[],
  p_loads schnittwerk_core.day_load[],
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
-- Hashes, also where the caller's own plans do without: nothing here is looked up by an index.
set enable_hashjoin = on
as $$
declare
  -- A day's load falls between two of these. A quotient of whole minutes that equals one of them
  -- does so as a float, too.
  v_percents constant float8[] := array(
    select distinct p.value::float8
    from unnest(p_rules) r
    cross join lateral jsonb_each_text(r.conditions -> 'booked_percent') p
    where p.value::float8 < 100
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
      coalesce(
        array_position(v_percents, (r.conditions #>> '{booked_percent,max}')::float8) - 1,
        cardinality(v_percents)) as most_load,
      -- Elapsed time: hours, not days.
      tstzrange(
        p_now + make_interval(secs => (r.conditions #>> '{lead_hours,min}')::float8 * 3600),
        p_now + make_interval(secs => (r.conditions #>> '{lead_hours,max}')::float8 * 3600)
      ) as leads
    from unnest(p_rules) with ordinality r
  ),
  -- A local day, or what is asked for of it with one offset from UTC.
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
  -- When a rule's conditions are met that do not depend on the member of staff.
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
  staff_day as materialized (
    select
      t.staff_id, t.terms, p.n as piece,
      -- -1 = a day without open time, or nobody asks.
      coalesce(width_bucket(l.booked_percent, v_percents), -1) as load
    from term t
    cross join piece p
    left join unnest(p_loads) l on l.staff_id = t.staff_id and l.day = p.day
  ),
  -- Many days of many staff have the same prices.
  combination as materialized (
    select
      row_number() over () as n, c.staff_ids, c.piece, c.load, t.base_price, t.rules, p.during
    from (
      select d.terms, d.piece, d.load, array_agg(d.staff_id) as staff_ids
      from staff_day d
      group by d.terms, d.piece, d.load
    ) c
    join (select distinct t.terms, t.base_price, t.rules from term t) t on t.terms = c.terms
    join piece p on p.n = c.piece
  ),
  met_in as materialized (
    select c.n as combination, c.base_price, c.during as asked, m.n, m.kind, m.during
    from combination c
    join met m
      on m.piece = c.piece and c.load between m.least_load and m.most_load
      and (not m.is_for_staff or m.n = any (c.rules))
  ),
  -- Of the rules that are met at the same time the first of each kind applies; 0 = none.
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
          rounded.price + half.amount - mod(rounded.price + half.amount, s.price_rounding),
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
    ) rounded
    -- Half up.
    cross join lateral (select s.price_rounding * 0.5 as amount) half
  )
  select c.staff_ids, a.since, x.base_price, x.price, x.rules, x.amounts
  from applied a
  join priced x
    on (x.base_price, x.of_time, x.of_lead_time, x.of_demand, x.of_promotion)
      = (a.base_price, a.of_time, a.of_lead_time, a.of_demand, a.of_promotion)
  join combination c on c.n = a.combination;
end
$$;

comment on function schnittwerk_core.price_stretches(uuid, uuid[], schnittwerk_core.price_rule[], schnittwerk_core.day_load[], schnittwerk_core.salon_week[], tstzmultirange, timestamptz) is
  'What a service costs with each of the staff at the starts p_during: since an instant, until the next of the same person, which of p_rules apply (their numbers) and what each adds. The one function that prices a start. p_rules: as price_rules returns them; p_loads: of each of the staff on each local day, where a rule asks for it; p_weeks: in which the starts are; p_now: from when lead hours count.';

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
