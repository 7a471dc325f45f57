create function schnittwerk_core.service_price_faults(
  p_base_price numeric,
  p_min_price numeric,
  p_max_price numeric,
  p_min_is_given boolean,
  p_max_is_given boolean
)
returns jsonb[]
language sql
stable
parallel safe
return array[
  schnittwerk_core.fault(
    case when p_min_is_given then 'p_min_price' else 'p_base_price' end,
    coalesce(p_min_price > p_base_price, false), 'out_of_range',
    case when p_min_is_given
      then format('p_min_price must be at most %s, the base price', p_base_price)
      else format('p_base_price must be at least %s, the min_price of the service', p_min_price)
    end),
  schnittwerk_core.fault(
    case when p_max_is_given then 'p_max_price' else 'p_base_price' end,
    coalesce(p_max_price < p_base_price, false), 'out_of_range',
    case when p_max_is_given
      then format('p_max_price must be at least %s, the base price', p_base_price)
      else format('p_base_price must be at most %s, the max_price of the service', p_max_price)
    end)
];

comment on function schnittwerk_core.service_price_faults(numeric, numeric, numeric, boolean, boolean) is
  'The faults of a service whose base price would be outside its limits: each names the limit if the call gives it, else the base price.';

revoke execute on function schnittwerk_core.service_price_faults from public;
