create type schnittwerk_core.price_curve as (
  staff_ids uuid[], since timestamptz[], prices numeric[]
);

comment on type schnittwerk_core.price_curve is
  'What a service costs with some of the staff, by its start. Each price holds from its instant to the next.';

create function schnittwerk_core.depend_on_load(p_rules schnittwerk_core.price_rule[])
returns boolean
language sql
immutable
parallel safe
return exists (select from unnest(p_rules) r where r.conditions ? 'booked_percent');

comment on function schnittwerk_core.depend_on_load(schnittwerk_core.price_rule[]) is
  'Whether one of the rules depends on how full a day of the member of staff is.';

revoke execute on function schnittwerk_core.depend_on_load from public;

create function schnittwerk_core.start_prices(
  p_service_id uuid,
  p_staff_ids uuid[],
  p_rules schnittwerk_core.price_rule[],
  p_weeks schnittwerk_core.salon_week[],
  p_during tstzmultirange,
  p_exclude_ids uuid[]
)
returns table (
  staff_ids uuid[],
  since timestamptz,
  base_price numeric,
  price numeric,
  rules int[],
  amounts numeric[]
)
language sql
stable
begin atomic
  select s.staff_ids, s.since, s.base_price, s.price, s.rules, s.amounts
  from schnittwerk_core.price_stretches(
    p_service_id, p_staff_ids, p_rules,
    case when schnittwerk_core.depend_on_load(p_rules)
      then schnittwerk_core.day_loads(p_weeks, p_staff_ids, p_during, p_exclude_ids) end,
    p_weeks, p_during, schnittwerk_core.clock()
  ) s;
end;

comment on function schnittwerk_core.start_prices(uuid, uuid[], schnittwerk_core.price_rule[], schnittwerk_core.salon_week[], tstzmultirange, uuid[]) is
  'What a service costs now with each member of staff at the starts p_during, which are in p_weeks (price_stretches). The appointments p_exclude_ids do not count as booked.';

revoke execute on function schnittwerk_core.start_prices from public;

create function schnittwerk_core.price_curves(
  p_service_id uuid,
  p_staff_ids uuid[],
  p_rules schnittwerk_core.price_rule[],
  p_weeks schnittwerk_core.salon_week[],
  p_first timestamptz,
  p_last timestamptz,
  p_exclude_ids uuid[]
)
returns schnittwerk_core.price_curve[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
set jit = off
as $$
declare
  -- If not, staff with the same terms have the same price at every start.
  v_is_personal constant boolean := schnittwerk_core.depend_on_load(p_rules);
  v_during constant tstzmultirange := (
    select range_agg(h.during) * tstzmultirange(tstzrange(p_first, p_last, '[]'))
    from unnest(p_weeks) w
    cross join unnest(w.hours) h (during)
  );
begin
  return array(
    select row(
      case when v_is_personal then array[s.staff_id] else min(s.staff_ids) end,
      array_agg(s.since order by s.since), array_agg(s.price order by s.since)
    )::schnittwerk_core.price_curve
    from (
      select
        unnest(case when v_is_personal then p.staff_ids else p.staff_ids[:1] end) as staff_id,
        p.staff_ids, p.since, p.price
      from schnittwerk_core.start_prices(
        p_service_id, p_staff_ids, p_rules, p_weeks, v_during, p_exclude_ids) p
    ) s
    group by s.staff_id
  );
end
$$;

comment on function schnittwerk_core.price_curves(uuid, uuid[], schnittwerk_core.price_rule[], schnittwerk_core.salon_week[], timestamptz, timestamptz, uuid[]) is
  'What a service costs now with each member of staff at starts from p_first to p_last, within the hours of p_weeks. Each of them has one curve.';

revoke execute on function schnittwerk_core.price_curves from public;
