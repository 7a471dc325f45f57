-- Revert schnittwerk:pricing

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.price_json;
drop function schnittwerk_core.price_stretches;
drop type schnittwerk_core.staff_loads;
drop function schnittwerk_core.price_rules;
drop function schnittwerk_core.has_limited_uses;
drop function schnittwerk_core.rounded_price;
drop function schnittwerk_core.price_amount;
drop function schnittwerk_core.limited_price;
drop function schnittwerk_core.price_rule_json;
drop function schnittwerk_core.price_rule_overlap_fault;
drop function schnittwerk_core.price_rules_overlap;
drop function schnittwerk_core.json_price_rule_faults;
drop function schnittwerk_core.json_price_rule;
drop function schnittwerk_core.kept_price_rule;
drop function schnittwerk_core.kept_numbers;
drop function schnittwerk_core.price_rule_misfits;
drop function schnittwerk_core.price_rule_faults;
drop function schnittwerk_core.price_adjustment_faults;
drop function schnittwerk_core.price_condition_faults;
drop function schnittwerk_core.number_range_faults;
drop function schnittwerk_core.promotion_code;
drop trigger price_rule_keep_has_price_rules on schnittwerk_core.price_rule;
drop function schnittwerk_core.keep_has_price_rules cascade;
drop table schnittwerk_core.price_rule;

commit;
