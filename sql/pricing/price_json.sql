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
