create function schnittwerk_core.limited_price(
  p_price numeric, p_min_price numeric, p_max_price numeric
)
returns numeric
language sql
immutable
parallel safe
return greatest(least(p_price, p_max_price, 99999999.99), p_min_price, 0.00);

comment on function schnittwerk_core.limited_price(numeric, numeric, numeric) is
  'A price within the limits of its service (null = none), never below 0, and never above what the domain price holds.';

revoke execute on function schnittwerk_core.limited_price from public;
