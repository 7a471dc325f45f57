-- Revert schnittwerk:pricing

begin;

set local search_path to pg_catalog, pg_temp;

drop trigger price_rule_keep_has_price_rules on schnittwerk_core.price_rule;
drop function schnittwerk_core.keep_has_price_rules cascade;
drop table schnittwerk_core.price_rule;

commit;
