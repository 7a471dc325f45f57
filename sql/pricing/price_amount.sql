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
