-- Revert schnittwerk:journal

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.record_erasure;
drop trigger audit_personal_is_not_truncated on schnittwerk_core.audit_personal_default;
drop trigger audit_is_not_truncated on schnittwerk_core.audit_default;
drop trigger audit_personal_is_not_truncated on schnittwerk_core.audit_personal;
drop trigger audit_personal_is_not_deleted on schnittwerk_core.audit_personal;
drop trigger audit_personal_is_not_changed on schnittwerk_core.audit_personal;
drop trigger audit_personal_is_not_added_to on schnittwerk_core.audit_personal;
drop trigger audit_is_not_truncated on schnittwerk_core.audit;
drop trigger audit_is_not_deleted on schnittwerk_core.audit;
drop trigger audit_is_not_changed on schnittwerk_core.audit;
drop trigger audit_is_of_now on schnittwerk_core.audit;
drop function schnittwerk_core.audit_values_may_go;
drop function schnittwerk_core.audit_is_append_only cascade;
drop function schnittwerk_core.audit_is_of_now cascade;
drop function schnittwerk_core.retained_since;
drop table schnittwerk_core.audit_personal;
drop table schnittwerk_core.audit;
drop table schnittwerk_core.personal_column;
drop trigger booking_policies_emit_events on schnittwerk_core.booking_policies;
drop function schnittwerk_core.emit_policy_events cascade;
drop function schnittwerk_core.emit_event;
drop function schnittwerk_core.event_json;
drop table schnittwerk_core.events;

commit;
