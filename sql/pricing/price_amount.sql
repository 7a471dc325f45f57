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
