-- Verify schnittwerk:pricing

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.price_rule'::regclass,
  'schnittwerk_core.keep_has_price_rules'::regproc,
  'schnittwerk_core.promotion_code'::regproc,
  'schnittwerk_core.number_range_faults'::regproc,
  'schnittwerk_core.price_condition_faults'::regproc,
  'schnittwerk_core.price_adjustment_faults'::regproc,
  'schnittwerk_core.price_rule_faults'::regproc,
  'schnittwerk_core.price_rule_misfits'::regproc,
  'schnittwerk_core.kept_numbers'::regproc,
  'schnittwerk_core.kept_price_rule'::regproc,
  'schnittwerk_core.json_price_rule'::regproc,
  'schnittwerk_core.json_price_rule_faults'::regproc,
  'schnittwerk_core.price_rules_overlap'::regproc,
  'schnittwerk_core.price_rule_overlap_fault'::regproc,
  'schnittwerk_core.price_rule_json'::regproc,
  'schnittwerk_core.limited_price'::regproc,
  'schnittwerk_core.price_amount'::regproc,
  'schnittwerk_core.rounded_price'::regproc,
  'schnittwerk_core.has_limited_uses'::regproc,
  'schnittwerk_core.price_rules'::regproc,
  'schnittwerk_core.staff_loads'::regtype,
  'schnittwerk_core.price_stretches'::regproc,
  'schnittwerk_core.price_json'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.price_rule'::regclass and o.tgname = 'price_rule_keep_has_price_rules';

rollback;
