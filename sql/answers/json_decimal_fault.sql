create function schnittwerk_core.json_decimal_fault(
  p_path text, p_value jsonb, p_least numeric, p_most numeric, p_is_required boolean default true
)
returns jsonb
language sql
stable
parallel safe
return coalesce(
  schnittwerk_core.json_fault(p_path, p_value, 'number', p_is_required),
  schnittwerk_core.number_fault(
    p_path, schnittwerk_core.json_number(p_value), p_least, p_most, false),
  schnittwerk_core.fault(
    p_path,
    coalesce(
      schnittwerk_core.json_number(p_value) <> round(schnittwerk_core.json_number(p_value), 2),
      false
    ),
    'too_precise', p_path || ' must have at most two decimals')
);

comment on function schnittwerk_core.json_decimal_fault(text, jsonb, numeric, numeric, boolean) is
  'The fault of a number in JSON: missing, of another type, outside p_least to p_most, or finer than two decimals.';

revoke execute on function schnittwerk_core.json_decimal_fault from public;
