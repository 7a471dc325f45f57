-- Verify schnittwerk:policies

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.policy_definition'::regclass,
  'schnittwerk_core.only_salon_id'::regproc,
  'schnittwerk_core.booking_policies'::regclass,
  'schnittwerk_core.policy_value_fault'::regproc,
  'schnittwerk_core.booking_policies_value_is_valid'::regproc,
  'schnittwerk_core.salon_state'::regclass,
  'schnittwerk_core.merged_policies'::regproc,
  'schnittwerk_core.begin_salon_state'::regproc,
  'schnittwerk_core.keep_policies'::regproc,
  'schnittwerk_core.keep_default_policies'::regproc,
  'schnittwerk_core.effective_policies'::regproc,
  'schnittwerk_core.policies'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.booking_policies'::regclass and o.tgname = 'booking_policies_touch_updated_at';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.booking_policies'::regclass and o.tgname = 'booking_policies_value_is_valid';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.salon'::regclass and o.tgname = 'salon_begin_state';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.booking_policies'::regclass and o.tgname = 'booking_policies_keep_policies';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.policy_definition'::regclass and o.tgname = 'policy_definition_keep_default_policies';

rollback;
