-- Revert schnittwerk:insight from pg

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.maintain;
drop function schnittwerk_core.keep_open_time;
drop function schnittwerk_core.purge_operations;
drop function schnittwerk_core.delete_operations;
drop function schnittwerk_core.booking_metrics;
drop function schnittwerk_core.log_write;
drop policy booking_operations_are_read_by_monitoring on schnittwerk_core.booking_operations;
revoke select (
  salon_id, id, operation_type, status, code, error_message, appointment_id, starts_at,
  correlation_id, replay_count, created_at, updated_at
) on schnittwerk_core.booking_operations from schnittwerk_service;
drop table schnittwerk_core.refusal;
revoke usage on schema schnittwerk_core from schnittwerk_service;

commit;
