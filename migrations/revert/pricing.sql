-- Revert schnittwerk:pricing

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.price_json;
drop function schnittwerk_core.price_stretches;
drop type schnittwerk_core.day_load;
drop function schnittwerk_core.price_rules;
drop function schnittwerk_core.promotion_code;
drop function schnittwerk_core.rounded_price;
drop function schnittwerk_core.price_amount;
drop function schnittwerk_core.limited_price;
drop trigger price_rule_keep_has_price_rules on schnittwerk_core.price_rule;
drop function schnittwerk_core.keep_has_price_rules cascade;
drop table schnittwerk_core.price_rule;

commit;
