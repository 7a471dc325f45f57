-- Revert schnittwerk:calls

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.give_operations;
drop function schnittwerk_core.delete_operations;
drop function schnittwerk_core.finish_call;
drop function schnittwerk_core.log_call;
drop function schnittwerk_core.refused;
drop function schnittwerk_core.take_key;
drop function schnittwerk_core.wait_for_key;
drop function schnittwerk_core.check_call;
drop function schnittwerk_core.start_body;
drop function schnittwerk_core.begin_call;
drop function schnittwerk_core.replayed_answer;
drop function schnittwerk_core.ids_only;
drop function schnittwerk_core.id_only;
drop function schnittwerk_core.key_owner;
drop function schnittwerk_core.key_fault;
drop function schnittwerk_core.key_of_request;
drop policy booking_operations_are_read_by_monitoring on schnittwerk_core.booking_operations;
drop policy refusal_is_read_by_monitoring on schnittwerk_core.refusal;
drop table schnittwerk_core.refusal;
drop table schnittwerk_core.booking_operations;

commit;
