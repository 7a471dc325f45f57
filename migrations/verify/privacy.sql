-- Verify schnittwerk:privacy on pg

begin;

select
  'schnittwerk_core.personal_column'::regclass,
  'schnittwerk_core.audit'::regclass,
  'schnittwerk_core.audit_personal'::regclass,
  'schnittwerk_core.audit_is_append_only'::regproc,
  'schnittwerk_core.record_audit'::regproc,
  'schnittwerk_core.list_audit'::regproc,
  'schnittwerk_core.export_customer'::regproc,
  'schnittwerk_core.erase_personal_data'::regproc,
  'schnittwerk_core.erase_customer'::regproc,
  'schnittwerk_core.retained_since'::regproc,
  'schnittwerk_core.customers_gone_since'::regproc,
  'schnittwerk_core.delete_notes'::regproc,
  'schnittwerk_core.delete_audit'::regproc,
  'schnittwerk_core.apply_retention'::regproc;

select 1 / (count(*) = 17)::int from pg_trigger
where tgfoid = 'schnittwerk_core.record_audit'::regproc;

rollback;
