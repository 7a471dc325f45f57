-- Revert schnittwerk:privacy

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.delete_audit;
drop function schnittwerk_core.delete_notes;
drop function schnittwerk_core.customers_gone_since;
drop function schnittwerk_core.forget_filled;
drop function schnittwerk_core.erase_personal_data;

commit;
