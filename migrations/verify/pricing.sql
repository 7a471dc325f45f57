-- Verify schnittwerk:pricing

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.price_rule'::regclass,
  'schnittwerk_core.keep_has_price_rules'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.price_rule'::regclass and o.tgname = 'price_rule_keep_has_price_rules';

rollback;
