-- Verify schnittwerk:pricing

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.price_rule'::regclass,
  'schnittwerk_core.keep_has_price_rules'::regproc,
  'schnittwerk_core.limited_price'::regproc,
  'schnittwerk_core.price_amount'::regproc,
  'schnittwerk_core.rounded_price'::regproc,
  'schnittwerk_core.promotion_code'::regproc,
  'schnittwerk_core.price_rules'::regproc,
  'schnittwerk_core.day_load'::regtype,
  'schnittwerk_core.price_stretches'::regproc,
  'schnittwerk_core.price_json'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.price_rule'::regclass and o.tgname = 'price_rule_keep_has_price_rules';

rollback;
