create function schnittwerk_core.rounded_price(p_price numeric, p_rounding numeric)
returns numeric
language sql
immutable
parallel safe
return round(p_price / p_rounding) * p_rounding;

comment on function schnittwerk_core.rounded_price(numeric, numeric) is
  'The multiple of p_rounding that is nearest to a price of at least 0, half up.';

revoke execute on function schnittwerk_core.rounded_price from public;
