-- Revert schnittwerk:journal

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.record_erasure;
drop trigger journal_personal_is_not_truncated on schnittwerk_core.journal_personal_default;
drop trigger journal_is_not_truncated on schnittwerk_core.journal_default;
drop trigger journal_personal_is_not_truncated on schnittwerk_core.journal_personal;
drop trigger journal_personal_is_not_deleted on schnittwerk_core.journal_personal;
drop trigger journal_personal_is_not_changed on schnittwerk_core.journal_personal;
drop trigger journal_personal_is_not_added_to on schnittwerk_core.journal_personal;
drop trigger journal_is_not_truncated on schnittwerk_core.journal;
drop trigger journal_is_not_deleted on schnittwerk_core.journal;
drop trigger journal_is_not_changed on schnittwerk_core.journal;
drop trigger journal_is_of_now on schnittwerk_core.journal;
drop function schnittwerk_core.journal_values_may_go;
drop function schnittwerk_core.journal_may_go;
drop function schnittwerk_core.is_past_audit;
drop function schnittwerk_core.journal_is_append_only cascade;
drop function schnittwerk_core.journal_is_of_now cascade;
drop function schnittwerk_core.retained_since;
drop function schnittwerk_core.event_json;
drop view schnittwerk_core.appointment_history;
drop view schnittwerk_core.events;
drop view schnittwerk_core.published;
drop view schnittwerk_core.audit;
drop table schnittwerk_core.published_kind;
drop function schnittwerk_core.is_history;
drop function schnittwerk_core.is_audited;
drop function schnittwerk_core.untold_columns;
drop table schnittwerk_core.journal_personal;
drop table schnittwerk_core.journal;
drop table schnittwerk_core.personal_column;

commit;
