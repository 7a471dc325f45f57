-- Only these columns: monitoring needs no keys, answers or notes.
grant select (
  salon_id, id, operation_type, status, code, error_message, appointment_id, starts_at,
  correlation_id, replay_count, created_at, updated_at
) on schnittwerk_core.booking_operations to schnittwerk_service;
grant select on schnittwerk_core.refusal to schnittwerk_service;

create policy booking_operations_are_read_by_monitoring
on schnittwerk_core.booking_operations for select to schnittwerk_service using (true);

comment on policy booking_operations_are_read_by_monitoring
on schnittwerk_core.booking_operations is
  'The service, and logins that are granted its role for monitoring, see the rows of all salons.';
