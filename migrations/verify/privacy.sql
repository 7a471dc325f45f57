-- Verify schnittwerk:privacy

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.erase_personal_data'::regproc,
  'schnittwerk_core.forget_filled'::regproc,
  'schnittwerk_core.customers_gone_since'::regproc,
  'schnittwerk_core.delete_notes'::regproc,
  'schnittwerk_core.delete_audit'::regproc;

rollback;
