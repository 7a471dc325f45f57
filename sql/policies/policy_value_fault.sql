create function schnittwerk_core.policy_value_fault(p_policy_key text, p_policy_value jsonb)
returns jsonb
language sql
stable
return (
  select case
    when coalesce(jsonb_typeof(p_policy_value), 'null')
        <> case d.value_type when 'boolean' then 'boolean' else 'number' end
      or d.value_type = 'integer' and p_policy_value::text ~ '\.'
      then schnittwerk_core.fault('p_policy_value', true, 'invalid_type', format(
        'p_policy_value of %s must be a JSON %s, not %s',
        d.policy_key, d.value_type, coalesce(left(p_policy_value::text, 100), 'null')))
    when d.value_type <> 'boolean' and n.value > 0 and n.value < d.minimum_unless_zero
      then schnittwerk_core.fault('p_policy_value', true, 'out_of_range', format(
        'p_policy_value of %s must be 0 or from %s to %s',
        d.policy_key, d.minimum_unless_zero, d.maximum))
    when d.value_type <> 'boolean' then coalesce(
      schnittwerk_core.number_fault('p_policy_value', n.value, d.minimum, d.maximum),
      -- Other code calculates with it in float8, for which 1e-400 is too small.
      schnittwerk_core.fault(
        'p_policy_value', min_scale(n.value) > 10,
        'too_precise', 'p_policy_value must have at most 10 decimal places')
    )
  end
  from schnittwerk_core.policy_definition d
  cross join lateral (select schnittwerk_core.json_number(p_policy_value) as value) n
  where d.policy_key = p_policy_key
);

comment on function schnittwerk_core.policy_value_fault(text, jsonb) is
  'The fault of a policy''s value: wrong JSON type, out of the range of its definition, or more than 10 decimal places. Null for a valid value.';

revoke execute on function schnittwerk_core.policy_value_fault from public;
