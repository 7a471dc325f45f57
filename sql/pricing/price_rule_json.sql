create function schnittwerk_core.price_rule_json(p_rule schnittwerk_core.price_rule)
returns jsonb
language sql
stable
parallel safe
return to_jsonb(p_rule) - 'turns'
  || jsonb_build_object('created_at', schnittwerk_core.utc_text((p_rule).created_at));

comment on function schnittwerk_core.price_rule_json(schnittwerk_core.price_rule) is
  'A price rule with all its columns except turns, times in UTC.';

revoke execute on function schnittwerk_core.price_rule_json from public;
