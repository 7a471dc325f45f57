-- Verify schnittwerk:insight on pg

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.refusal'::regclass,
  'schnittwerk_core.refusal_default'::regclass,
  'schnittwerk_core.log_write'::regproc,
  'schnittwerk_core.booking_metrics'::regproc,
  'schnittwerk_core.delete_operations'::regproc,
  'schnittwerk_core.purge_operations'::regproc,
  'schnittwerk_core.keep_open_time'::regproc,
  'schnittwerk_core.maintain'::regproc;

select 1 / count(*) from pg_policy
where polname = 'booking_operations_are_read_by_monitoring'
  and polrelid = 'schnittwerk_core.booking_operations'::regclass;

select 1 / has_column_privilege(
  'schnittwerk_service', 'schnittwerk_core.booking_operations', 'error_message', 'select')::int;

rollback;
