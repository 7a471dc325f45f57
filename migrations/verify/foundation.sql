-- Verify schnittwerk:foundation on pg

begin;

set local search_path to pg_catalog, pg_temp;

select
  'extensions'::regnamespace,
  'schnittwerk'::regnamespace,
  'schnittwerk_core'::regnamespace,
  'schnittwerk_core.new_id'::regproc,
  'schnittwerk_core.clock'::regproc,
  'schnittwerk_core.utc_text'::regproc,
  'schnittwerk_core.error_code'::regclass,
  'schnittwerk_core.refuse'::regproc,
  'schnittwerk_core.fault'::regproc,
  'schnittwerk_core.text_fault'::regproc,
  'schnittwerk_core.line'::regproc,
  'schnittwerk_core.is_line'::regproc,
  'schnittwerk_core.line_fault'::regproc,
  'schnittwerk_core.is_email'::regproc,
  'schnittwerk_core.email_fault'::regproc,
  'schnittwerk_core.is_phone'::regproc,
  'schnittwerk_core.phone_fault'::regproc,
  'schnittwerk_core.sort_key'::regproc,
  'schnittwerk_core.number_fault'::regproc,
  'schnittwerk_core.time_text'::regproc,
  'schnittwerk_core.required_fault'::regproc,
  'schnittwerk_core.array_fault'::regproc,
  'schnittwerk_core.clear_fault'::regproc,
  'schnittwerk_core.price_fault'::regproc,
  'schnittwerk_core.date_fault'::regproc,
  'schnittwerk_core.date_range_faults'::regproc,
  'schnittwerk_core.instant_fault'::regproc,
  'schnittwerk_core.instant_range_faults'::regproc,
  'schnittwerk_core.horizon_fault'::regproc,
  'schnittwerk_core.local_time_fault'::regproc,
  'schnittwerk_core.json_number'::regproc,
  'schnittwerk_core.json_time'::regproc,
  'schnittwerk_core.is_date'::regproc,
  'schnittwerk_core.json_fault'::regproc,
  'schnittwerk_core.json_number_fault'::regproc,
  'schnittwerk_core.object_faults'::regproc,
  'schnittwerk_core.list_items'::regproc,
  'schnittwerk_core.window_faults'::regproc,
  'schnittwerk_core.require_valid'::regproc,
  'schnittwerk_core.most_rows'::regproc,
  'schnittwerk_core.rows_fault'::regproc,
  'schnittwerk_core.json_or_null'::regproc,
  'schnittwerk_core.actor'::regproc,
  'schnittwerk_core.request_header'::regproc,
  'schnittwerk_core.given_correlation_id'::regproc,
  'schnittwerk_core.correlation_id'::regproc,
  'schnittwerk_core.success'::regproc,
  'schnittwerk_core.failure'::regproc,
  'schnittwerk_core.constraint_failure'::regproc,
  'schnittwerk_core.salon'::regclass,
  'schnittwerk_core.salon_time_zone_is_known'::regproc,
  'schnittwerk_core.touch_updated_at'::regproc,
  'schnittwerk_core.make_partition'::regproc,
  'schnittwerk_core.policy_definition'::regclass,
  'schnittwerk_core.only_salon_id'::regproc,
  'schnittwerk_core.booking_policies'::regclass,
  'schnittwerk_core.policy_value_fault'::regproc,
  'schnittwerk_core.booking_policies_value_is_valid'::regproc,
  'schnittwerk_core.policy_value'::regproc,
  'schnittwerk_core.salon_state'::regclass,
  'schnittwerk_core.merged_policies'::regproc,
  'schnittwerk_core.begin_salon_state'::regproc,
  'schnittwerk_core.keep_policies'::regproc,
  'schnittwerk_core.keep_default_policies'::regproc,
  'schnittwerk_core.effective_policies'::regproc,
  'schnittwerk_anon'::regrole,
  'schnittwerk_user'::regrole,
  'schnittwerk_service'::regrole,
  'schnittwerk_gateway'::regrole;

select 1 / count(*) from pg_extension where extname = 'btree_gist';

select 1 / count(*) from pg_trigger
where tgname = 'salon_time_zone_is_known'
  and tgrelid = 'schnittwerk_core.salon'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'booking_policies_touch_updated_at'
  and tgrelid = 'schnittwerk_core.booking_policies'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'booking_policies_value_is_valid'
  and tgrelid = 'schnittwerk_core.booking_policies'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'salon_begin_state'
  and tgrelid = 'schnittwerk_core.salon'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'booking_policies_keep_policies'
  and tgrelid = 'schnittwerk_core.booking_policies'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'policy_definition_keep_default_policies'
  and tgrelid = 'schnittwerk_core.policy_definition'::regclass;

rollback;
