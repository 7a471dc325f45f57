-- Verify schnittwerk:journal

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.events'::regclass,
  'schnittwerk_core.event_json'::regproc,
  'schnittwerk_core.emit_event'::regproc,
  'schnittwerk_core.emit_policy_events'::regproc,
  'schnittwerk_core.personal_column'::regclass,
  'schnittwerk_core.audit'::regclass,
  'schnittwerk_core.audit_personal'::regclass,
  'schnittwerk_core.retained_since'::regproc,
  'schnittwerk_core.audit_is_of_now'::regproc,
  'schnittwerk_core.audit_is_append_only'::regproc,
  'schnittwerk_core.audit_values_may_go'::regproc,
  'schnittwerk_core.record_erasure'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.booking_policies'::regclass and o.tgname = 'booking_policies_emit_events';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.audit'::regclass and o.tgname = 'audit_is_of_now';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.audit'::regclass and o.tgname = 'audit_is_not_changed';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.audit'::regclass and o.tgname = 'audit_is_not_deleted';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.audit'::regclass and o.tgname = 'audit_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.audit_personal'::regclass and o.tgname = 'audit_personal_is_not_added_to';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.audit_personal'::regclass and o.tgname = 'audit_personal_is_not_changed';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.audit_personal'::regclass and o.tgname = 'audit_personal_is_not_deleted';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.audit_personal'::regclass and o.tgname = 'audit_personal_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.audit_default'::regclass and o.tgname = 'audit_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.audit_personal_default'::regclass and o.tgname = 'audit_personal_is_not_truncated';

rollback;
