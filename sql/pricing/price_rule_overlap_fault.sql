create function schnittwerk_core.price_rule_overlap_fault(
  p_prefix text,
  p_rule schnittwerk_core.price_rule,
  p_others schnittwerk_core.price_rule[]
)
returns jsonb
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select schnittwerk_core.fault(p_prefix || 'priority', true, 'overlap', format(
      'Some bookings meet both this rule and "%s", which has the priority %s and as many '
        'conditions too: give one of them another %spriority',
      o.name, o.priority, p_prefix))
    from unnest(p_others) o
    where schnittwerk_core.price_rules_overlap(p_rule, o)
    order by schnittwerk_core.sort_key(o.name), o.name
    limit 1
  );
end
$$;

comment on function schnittwerk_core.price_rule_overlap_fault(text, schnittwerk_core.price_rule, schnittwerk_core.price_rule[]) is
  'The fault of a price rule that overlaps one of p_others; its message names the first of them by name. All rules are as kept_price_rule makes them.';

revoke execute on function schnittwerk_core.price_rule_overlap_fault from public;
