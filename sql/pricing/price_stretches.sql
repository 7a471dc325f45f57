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
