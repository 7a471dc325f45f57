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
  v_curve schnittwerk_core.price_curve;
  v_staff_id uuid;
begin
  for v_item in 1 .. cardinality(p_search.parts) loop
    foreach v_curve in array schnittwerk_core.price_curves(
      p_search.service_ids[v_item],
      array(select (t.term).staff_id from unnest(p_search.terms) t where t.item = v_item),
      schnittwerk_core.price_rules(
        p_search.salon_id, p_search.service_ids[v_item], v_promotion_ids),
      p_weeks, p_first, p_last, '{}')
    loop
      foreach v_staff_id in array v_curve.staff_ids loop
        v_curves[(v_item - 1) * v_size
          + array_position(p_search.staff_ids, v_staff_id)] := v_curve;
      end loop;
    end loop;
  end loop;
  return v_curves;
end
$$;

comment on function schnittwerk_core.visit_curves(schnittwerk_core.visit_search, schnittwerk_core.salon_week[], timestamptz, timestamptz) is
  'What each item of a visit costs by the price rules with each person, items × people, at starts from p_first to p_last, within the hours of p_weeks.';

revoke execute on function schnittwerk_core.visit_curves from public;
