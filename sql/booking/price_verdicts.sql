create function schnittwerk_core.price_verdicts(
  p_verdicts schnittwerk_core.verdict[],
  p_salon_id uuid,
  p_service_id uuid,
  p_starts_at timestamptz,
  p_expected_price numeric,
  p_exclude_claim_ids uuid[],
  p_customer_id uuid,
  p_takes_promotions boolean,
  p_code text,
  p_booked_with uuid
)
returns schnittwerk_core.verdict[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_code constant text := schnittwerk_core.promotion_code(p_code);
  v_promotions schnittwerk_core.usable_promotions;
  v_rules schnittwerk_core.price_rule[];
  v_price record;
  v_promotion schnittwerk_core.price_rule;
begin
  if p_takes_promotions then
    v_promotions := schnittwerk_core.usable_promotions(
      p_salon_id, p_service_id, p_customer_id, v_code, p_booked_with, p_exclude_claim_ids);
  else
    v_promotions.ids := schnittwerk_core.unlimited_promotions(p_salon_id);
  end if;
  v_rules := schnittwerk_core.price_rules(p_salon_id, p_service_id, v_promotions.ids);
  for v_price in
    select v.n, p.*
    from generate_subscripts(p_verdicts, 1) v (n)
    join schnittwerk_core.start_prices(
      p_service_id,
      array(select v.staff_id from unnest(p_verdicts) v),
      v_rules,
      array[schnittwerk_core.current_salon_week(p_salon_id, (
        select schnittwerk_core.week_of((p_starts_at at time zone s.time_zone)::date)
        from schnittwerk_core.salon s
        where s.id = p_salon_id
      ))],
      tstzmultirange(tstzrange(p_starts_at, p_starts_at, '[]')), p_exclude_claim_ids
    ) p on p_verdicts[v.n].staff_id = any (p.staff_ids)
  loop
    v_promotion := null;
    if v_price.rules <> '{}' then
      p_verdicts[v_price.n].price_details := schnittwerk_core.price_json(
        v_rules, v_price.rules, v_price.amounts, v_price.base_price, v_price.price);
      v_promotion := v_rules[v_price.rules[cardinality(v_price.rules)]];
      if v_promotion.kind <> 'promotion' then
        v_promotion := null;
      end if;
    end if;
    p_verdicts[v_price.n].price := v_price.price;
    p_verdicts[v_price.n].promotion_id := v_promotion.id;
    p_verdicts[v_price.n].promotions_to_lock := case
      when v_promotion.id = any (v_promotions.limited_ids) then v_promotions.limited_ids end;
    p_verdicts[v_price.n].failures := p_verdicts[v_price.n].failures || array_remove(array[
      case when p_expected_price <> v_price.price then 'price_mismatch' end,
      case when v_code <> coalesce(v_promotion.conditions ->> 'code', '') then
        case when v_promotions.is_used_up then 'promotion_used_up'
          else 'promotion_not_valid' end end
    ], null);
  end loop;
  return p_verdicts;
end
$$;

comment on function schnittwerk_core.price_verdicts(schnittwerk_core.verdict[], uuid, uuid, timestamptz, numeric, uuid[], uuid, boolean, text, uuid) is
  'The verdicts of judge_start on a start, with its prices by the price rules and with the failures price_mismatch, promotion_not_valid and promotion_used_up. p_expected_price: null accepts any price. p_code: the code of a promotion as given. p_booked_with: the promotion of the appointment that changes.';

revoke execute on function schnittwerk_core.price_verdicts from public;
