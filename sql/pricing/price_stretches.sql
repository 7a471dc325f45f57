create type schnittwerk_core.day_load as (
  staff_id uuid, day date, open_minutes numeric, booked_minutes numeric
);

comment on type schnittwerk_core.day_load is
  'How booked a local day of a member of staff is: of their open minutes, those in which live appointments need them.';

create function schnittwerk_core.meets_load(p_percent jsonb, p_open numeric, p_booked numeric)
returns boolean
language sql
immutable
parallel safe
return p_booked * 100 >= p_open * coalesce((p_percent ->> 'min')::numeric, 0)
  and (
    coalesce((p_percent ->> 'max')::numeric, 100) >= 100
    or p_booked * 100 < p_open * (p_percent ->> 'max')::numeric
  );

comment on function schnittwerk_core.meets_load(jsonb, numeric, numeric) is
  'Whether so many booked of so many open minutes meet the condition booked_percent: from min to below max, where 100 means without end.';

revoke execute on function schnittwerk_core.meets_load from public;

create function schnittwerk_core.price_stretches(
  p_salon_id uuid,
  p_service_id uuid,
  p_staff_ids uuid[],
  p_rules schnittwerk_core.price_rule[],
  p_loads schnittwerk_core.day_load[],
  p_offsets schnittwerk_core.zone_offset[],
  p_first timestamptz,
  p_last timestamptz,
  p_now timestamptz
)
returns table (
  staff_id uuid,
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
as $$
begin
  return query
  with rule as materialized (
    select
      r.ordinality::int as n, r.kind, r.conditions, r.valid_from, r.valid_until,
      r.conditions -> 'staff' as staff_ids,
      r.conditions -> 'booked_percent' as booked_percent,
      r.conditions ?| '{staff,booked_percent}' as is_personal,
      -- Elapsed time: hours, not days.
      tstzrange(
        p_now + make_interval(secs => (r.conditions #>> '{lead_hours,min}')::float8 * 3600),
        p_now + make_interval(secs => (r.conditions #>> '{lead_hours,max}')::float8 * 3600)
      ) as leads
    from unnest(p_rules) with ordinality r
  ),
  -- A local day, or what of it has one offset from UTC.
  piece as materialized (
    select
      row_number() over () as n, d.day::date as day, z as utc_offset,
      schnittwerk_core.local_range(d.day, d.day + interval '1 day', z)
        * tstzrange(p_first, p_last, '[]') as during
    from unnest(p_offsets) z
    cross join lateral generate_series(
      date_trunc('day', greatest(p_first, lower(z.during)) at time zone 'UTC' + z.utc_offset),
      -- Clocks may change at midnight, which no longer belongs to it.
      least(p_last, upper(z.during) - interval '1 microsecond') at time zone 'UTC' + z.utc_offset,
      interval '1 day'
    ) d (day)
    where z.during && tstzrange(p_first, p_last, '[]')
  ),
  -- When the conditions are met that do not depend on the member of staff.
  met as materialized (
    select m.*
    from (
      select
        r.n, r.kind, r.is_personal, p.n as piece,
        case when w.value is null then p.during else p.during * schnittwerk_core.local_range(
          p.day + (w.value ->> 'start_time')::time, p.day + (w.value ->> 'end_time')::time,
          p.utc_offset)
        end * r.leads as during
      from piece p
      join rule r
        on coalesce(p.day >= r.valid_from, true) and coalesce(p.day <= r.valid_until, true)
        and coalesce(r.conditions -> 'days' @> to_jsonb(extract(dow from p.day)), true)
      left join lateral jsonb_array_elements(r.conditions -> 'times') w (value) on true
    ) m
    where not isempty(m.during)
  ),
  term as materialized (
    select
      s.id as staff_id, coalesce(o.custom_price, v.base_price) as base_price, v.min_price,
      v.max_price
    from schnittwerk_core.services v
    cross join unnest(p_staff_ids) s (id)
    left join schnittwerk_core.staff_services o
      on o.salon_id = v.salon_id and o.service_id = v.id and o.staff_id = s.id
    where v.salon_id = p_salon_id and v.id = p_service_id
  ),
  -- Which of the other conditions each of the staff meets that day: few combinations, which are
  -- priced once.
  personal as materialized (
    select
      t.staff_id, t.base_price, p.n as piece,
      array(
        select r.n
        from rule r
        where r.is_personal
          and coalesce(r.staff_ids ? t.staff_id::text, true)
          and case when r.booked_percent is null then true
            else l.open_minutes > 0 and schnittwerk_core.meets_load(
              r.booked_percent, l.open_minutes, l.booked_minutes) end
      ) as rules
    from term t
    cross join piece p
    left join unnest(p_loads) l on l.staff_id = t.staff_id and l.day = p.day
  ),
  combination as materialized (
    select distinct c.base_price, c.piece, c.rules from personal c
  ),
  stretch as (
    select
      c.base_price, c.piece, c.rules as personal_rules, e.since,
      min(m.n) filter (where m.kind = 'time') as time_rule,
      min(m.n) filter (where m.kind = 'lead_time') as lead_time_rule,
      min(m.n) filter (where m.kind = 'demand') as demand_rule,
      min(m.n) filter (where m.kind = 'promotion') as promotion
    from combination c
    join piece p on p.n = c.piece
    cross join lateral (
      select lower(p.during) as since
      union
      select b.since
      from met m
      cross join lateral (values (lower(m.during)), (upper(m.during))) b (since)
      where m.piece = c.piece and (not m.is_personal or m.n = any (c.rules))
        and b.since <@ p.during
    ) e
    left join met m
      on m.piece = c.piece and (not m.is_personal or m.n = any (c.rules)) and m.during @> e.since
    group by c.base_price, c.piece, c.rules, e.since
  ),
  priced as (
    select
      s.base_price, s.piece, s.personal_rules, s.since,
      array_remove(
        array[s.time_rule, s.lead_time_rule, s.demand_rule, s.promotion], null) as rules,
      array_remove(array[
        a.of_time, a.of_lead_time, a.of_demand,
        schnittwerk_core.price_amount(p_rules[s.promotion].adjustment, a.before_promotion)
      ], null) as amounts
    from stretch s
    cross join lateral (
      select
        o.*,
        s.base_price + coalesce(o.of_time, 0) + coalesce(o.of_lead_time, 0)
          + coalesce(o.of_demand, 0) as before_promotion
      from (
        select
          schnittwerk_core.price_amount(p_rules[s.time_rule].adjustment, s.base_price) as of_time,
          schnittwerk_core.price_amount(p_rules[s.lead_time_rule].adjustment, s.base_price)
            as of_lead_time,
          schnittwerk_core.price_amount(p_rules[s.demand_rule].adjustment, s.base_price)
            as of_demand
        offset 0
      ) o
    ) a
  )
  select
    c.staff_id, d.since, d.base_price,
    round(case
      when d.rules = '{}' then schnittwerk_core.limited_price(d.base_price, t.min_price, t.max_price)
      else schnittwerk_core.limited_price(
        schnittwerk_core.rounded_price(
          schnittwerk_core.limited_price(
            d.base_price + (select sum(a.amount) from unnest(d.amounts) a (amount)),
            t.min_price, t.max_price),
          s.price_rounding),
        t.min_price, t.max_price)
    end, 2),
    d.rules, d.amounts
  from personal c
  join term t on t.staff_id = c.staff_id
  join priced d
    on d.base_price = c.base_price and d.piece = c.piece and d.personal_rules = c.rules
  join schnittwerk_core.salon s on s.id = p_salon_id
  order by c.staff_id, d.since;
end
$$;

comment on function schnittwerk_core.price_stretches(uuid, uuid, uuid[], schnittwerk_core.price_rule[], schnittwerk_core.day_load[], schnittwerk_core.zone_offset[], timestamptz, timestamptz, timestamptz) is
  'What a service costs with each of the staff at starts from p_first to p_last: since each instant, until the next, which of p_rules apply (their numbers) and what each adds. The one function that prices a start. p_rules: as price_rules returns them; p_loads: of each of the staff on each local day, where a rule asks for it; p_offsets: of the salon''s zone; p_now: from when lead hours count.';

revoke execute on function schnittwerk_core.price_stretches from public;
