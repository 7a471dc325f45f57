-- Verify schnittwerk:answers

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.error_code'::regclass,
  'schnittwerk_core.refuse'::regproc,
  'schnittwerk_core.fault'::regproc,
  'schnittwerk_core.text_fault'::regproc,
  'schnittwerk_core.line_fault'::regproc,
  'schnittwerk_core.email_fault'::regproc,
  'schnittwerk_core.phone_fault'::regproc,
  'schnittwerk_core.number_fault'::regproc,
  'schnittwerk_core.required_fault'::regproc,
  'schnittwerk_core.array_fault'::regproc,
  'schnittwerk_core.clear_fault'::regproc,
  'schnittwerk_core.price_fault'::regproc,
  'schnittwerk_core.is_known_date'::regproc,
  'schnittwerk_core.date_fault'::regproc,
  'schnittwerk_core.date_range_faults'::regproc,
  'schnittwerk_core.instant_fault'::regproc,
  'schnittwerk_core.instant_range_faults'::regproc,
  'schnittwerk_core.horizon_fault'::regproc,
  'schnittwerk_core.local_time_fault'::regproc,
  'schnittwerk_core.local_period_faults'::regproc,
  'schnittwerk_core.json_number'::regproc,
  'schnittwerk_core.json_time'::regproc,
  'schnittwerk_core.is_date'::regproc,
  'schnittwerk_core.json_fault'::regproc,
  'schnittwerk_core.json_number_fault'::regproc,
  'schnittwerk_core.json_decimal_fault'::regproc,
  'schnittwerk_core.object_faults'::regproc,
  'schnittwerk_core.list_items'::regproc,
  'schnittwerk_core.window_faults'::regproc,
  'schnittwerk_core.most_rows'::regproc,
  'schnittwerk_core.rows_fault'::regproc,
  'schnittwerk_core.actor'::regproc,
  'schnittwerk_core.request_header'::regproc,
  'schnittwerk_core.given_correlation_id'::regproc,
  'schnittwerk_core.correlation_id'::regproc,
  'schnittwerk_core.success'::regproc,
  'schnittwerk_core.failure'::regproc,
  'schnittwerk_core.invalid_input'::regproc,
  'schnittwerk_core.require_valid'::regproc,
  'schnittwerk_core.constraint_failure'::regproc;

rollback;
