create function schnittwerk_core.visit_curves(
  p_search schnittwerk_core.visit_search,
  p_weeks schnittwerk_core.salon_week[],
  p_first timestamptz,
  p_last timestamptz
)
returns schnittwerk_core.price_curve[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_size constant int := cardinality(p_search.staff_ids);
  v_promotion_ids constant uuid[] :=
    schnittwerk_core.unlimited_promotions(p_search.salon_id);
  v_curves schnittwerk_core.price_curve[] := array_fill(
    null::schnittwerk_core.price_curve, array[cardinality(p_search.parts) * v_size]);
  v_rules schnittwerk_core.price_rule[];
  v_staff_ids uuid[];
  v_curve record;
begin
  for v_item in 1 .. cardinality(p_search.parts) loop
    v_rules := schnittwerk_core.price_rules(
      p_search.salon_id, p_search.service_ids[v_item], v_promotion_ids);
    v_staff_ids := array(
      select (t.term).staff_id from unnest(p_search.terms) t where t.item = v_item);
    for v_curve in
      select
        array_position(p_search.staff_ids, p.staff_id) as person,
        row(
          p.staff_id, array_agg(p.since order by p.since), array_agg(p.price order by p.since)
        )::schnittwerk_core.price_curve as curve
      from generate_subscripts(p_weeks, 1) k (n)
      cross join lateral (
        select schnittwerk_core.week_range(p_weeks[k.n]) * tstzrange(p_first, p_last, '[]') as during
      ) w
      cross join lateral schnittwerk_core.start_prices(
        p_search.service_ids[v_item], v_staff_ids, v_rules, p_weeks[k.n], lower(w.during),
        upper(w.during) - case when upper_inc(w.during) then interval '0'
          else interval '1 microsecond' end,
        '{}'
      ) p
      where not isempty(w.during)
      group by p.staff_id
    loop
      v_curves[(v_item - 1) * v_size + v_curve.person] := v_curve.curve;
    end loop;
  end loop;
  return v_curves;
end
$$;

comment on function schnittwerk_core.visit_curves(schnittwerk_core.visit_search, schnittwerk_core.salon_week[], timestamptz, timestamptz) is
  'What each item of a visit costs with each person, items × people, at starts from p_first to p_last by the price rules; p_weeks: those in which the items can be.';

revoke execute on function schnittwerk_core.visit_curves from public;
