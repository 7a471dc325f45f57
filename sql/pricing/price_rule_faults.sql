create function schnittwerk_core.price_rule_faults(
  p_prefix text, p_rule schnittwerk_core.price_rule, p_is_whole boolean default true
)
returns jsonb[]
language sql
stable
parallel safe
return array[
    schnittwerk_core.line_fault(p_prefix || 'name', (p_rule).name, 200, p_is_whole),
    coalesce(
      schnittwerk_core.required_fault(
        p_prefix || 'kind', p_is_whole and (p_rule).kind is null),
      schnittwerk_core.fault(
        p_prefix || 'kind',
        coalesce((p_rule).kind not in ('time', 'lead_time', 'demand', 'promotion'), false),
        'unknown_kind', p_prefix || 'kind must be time, lead_time, demand or promotion')
    )
  ]
  || case when (p_rule).conditions is not null then schnittwerk_core.price_condition_faults(
    p_prefix || 'conditions', (p_rule).conditions, (p_rule).kind) end
  || case when p_is_whole or (p_rule).adjustment is not null
    then schnittwerk_core.price_adjustment_faults(
      p_prefix || 'adjustment', (p_rule).adjustment) end
  || array[
    schnittwerk_core.number_fault(p_prefix || 'priority', (p_rule).priority, 0, 1000, false),
    schnittwerk_core.date_fault(p_prefix || 'valid_from', (p_rule).valid_from, false),
    coalesce(
      schnittwerk_core.date_fault(p_prefix || 'valid_until', (p_rule).valid_until, false),
      schnittwerk_core.fault(
        p_prefix || 'valid_until',
        coalesce((p_rule).valid_until < (p_rule).valid_from, false),
        'out_of_range',
        format('%1$svalid_until must not be before %1$svalid_from, %2$s',
          p_prefix, (p_rule).valid_from))
    )
  ];

comment on function schnittwerk_core.price_rule_faults(text, schnittwerk_core.price_rule, boolean) is
  'The faults of a price rule that can be found without the salon''s data, with p_prefix before the names of its columns. Conditions and adjustment may be as a client gives them. p_is_whole: false for a change, in which null keeps a value.';

revoke execute on function schnittwerk_core.price_rule_faults from public;
