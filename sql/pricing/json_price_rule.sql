create function schnittwerk_core.json_price_rule(p_salon_id uuid, p_rule jsonb)
returns schnittwerk_core.price_rule
language sql
stable
parallel safe
return jsonb_populate_record(
  null::schnittwerk_core.price_rule,
  p_rule || jsonb_build_object(
    'salon_id', p_salon_id,
    'name', schnittwerk_core.line(p_rule ->> 'name'),
    'conditions', nullif(p_rule -> 'conditions', 'null')
  )
);

comment on function schnittwerk_core.json_price_rule(uuid, jsonb) is
  'The price rule of a JSON object with the columns of list_price_rules, if the types of its values are right. What is absent is null.';

revoke execute on function schnittwerk_core.json_price_rule from public;

create function schnittwerk_core.json_price_rule_faults(p_path text, p_rule jsonb)
returns jsonb[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_faults jsonb[] := schnittwerk_core.object_faults(
    p_path, p_rule,
    '{id,name,kind,conditions,adjustment,priority,valid_from,valid_until,is_active}');
begin
  if jsonb_typeof(p_rule) = 'object' then
    v_faults := v_faults || array[
      schnittwerk_core.json_fault(p_path || '.id', p_rule -> 'id', 'uuid'),
      schnittwerk_core.json_fault(p_path || '.name', p_rule -> 'name', 'string'),
      schnittwerk_core.json_fault(p_path || '.kind', p_rule -> 'kind', 'string'),
      schnittwerk_core.json_number_fault(
        p_path || '.priority', p_rule -> 'priority', 0, 1000, false),
      schnittwerk_core.json_fault(p_path || '.valid_from', p_rule -> 'valid_from', 'date'),
      schnittwerk_core.json_fault(p_path || '.valid_until', p_rule -> 'valid_until', 'date'),
      schnittwerk_core.json_fault(p_path || '.is_active', p_rule -> 'is_active', 'boolean')
    ];
  end if;
  if num_nonnulls(variadic v_faults) > 0 then
    return v_faults;
  end if;
  return schnittwerk_core.price_rule_faults(
    p_path || '.', schnittwerk_core.json_price_rule(null, p_rule));
end
$$;

comment on function schnittwerk_core.json_price_rule_faults(text, jsonb) is
  'The faults of a price rule in JSON (see json_price_rule) that can be found without the salon''s data.';

revoke execute on function schnittwerk_core.json_price_rule_faults from public;
