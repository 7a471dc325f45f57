-- Verify schnittwerk:journal

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.personal_column'::regclass,
  'schnittwerk_core.journal'::regclass,
  'schnittwerk_core.journal_personal'::regclass,
  'schnittwerk_core.untold_columns'::regproc,
  'schnittwerk_core.is_audited'::regproc,
  'schnittwerk_core.is_history'::regproc,
  'schnittwerk_core.published_kind'::regclass,
  'schnittwerk_core.audit'::regclass,
  'schnittwerk_core.published'::regclass,
  'schnittwerk_core.events'::regclass,
  'schnittwerk_core.appointment_history'::regclass,
  'schnittwerk_core.event_json'::regproc,
  'schnittwerk_core.retained_since'::regproc,
  'schnittwerk_core.journal_is_of_now'::regproc,
  'schnittwerk_core.journal_is_append_only'::regproc,
  'schnittwerk_core.is_past_audit'::regproc,
  'schnittwerk_core.journal_may_go'::regproc,
  'schnittwerk_core.journal_values_may_go'::regproc,
  'schnittwerk_core.record_erasure'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.journal'::regclass and o.tgname = 'journal_is_of_now';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.journal'::regclass and o.tgname = 'journal_is_not_changed';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.journal'::regclass and o.tgname = 'journal_is_not_deleted';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.journal'::regclass and o.tgname = 'journal_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.journal_personal'::regclass and o.tgname = 'journal_personal_is_not_added_to';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.journal_personal'::regclass and o.tgname = 'journal_personal_is_not_changed';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.journal_personal'::regclass and o.tgname = 'journal_personal_is_not_deleted';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.journal_personal'::regclass and o.tgname = 'journal_personal_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.journal_default'::regclass and o.tgname = 'journal_is_not_truncated';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.journal_personal_default'::regclass and o.tgname = 'journal_personal_is_not_truncated';

rollback;
