create function schnittwerk_core.price_adjustment_faults(p_path text, p_adjustment jsonb)
returns jsonb[]
language sql
stable
parallel safe
return schnittwerk_core.object_faults(p_path, p_adjustment, '{percent,amount,price}')
  || case when jsonb_typeof(p_adjustment) = 'object' then array[
    schnittwerk_core.fault(
      p_path,
      num_nonnulls(
        p_adjustment ->> 'percent', p_adjustment ->> 'amount', p_adjustment ->> 'price') <> 1,
      'not_one', p_path || ' must have exactly one of percent, amount, price'),
    schnittwerk_core.json_decimal_fault(
      p_path || '.percent', p_adjustment -> 'percent', -100, 1000, false),
    coalesce(
      schnittwerk_core.json_decimal_fault(
        p_path || '.amount', p_adjustment -> 'amount', -99999999.99, 99999999.99, false),
      schnittwerk_core.fault(
        p_path || '.amount',
        coalesce(schnittwerk_core.json_number(p_adjustment -> 'amount') = 0, false),
        'out_of_range', p_path || '.amount must not be 0')
    ),
    schnittwerk_core.json_decimal_fault(
      p_path || '.price', p_adjustment -> 'price', 0, 99999999.99, false)
  ] end;

comment on function schnittwerk_core.price_adjustment_faults(text, jsonb) is
  'The faults of the adjustment of a price rule; a key that is null counts as absent.';

revoke execute on function schnittwerk_core.price_adjustment_faults from public;
