-- Revert schnittwerk:policies

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.policies;
drop function schnittwerk_core.effective_policies;
drop trigger policy_definition_keep_default_policies on schnittwerk_core.policy_definition;
drop function schnittwerk_core.keep_default_policies cascade;
drop trigger booking_policies_keep_policies on schnittwerk_core.booking_policies;
drop function schnittwerk_core.keep_policies cascade;
drop trigger salon_begin_state on schnittwerk_core.salon;
drop function schnittwerk_core.begin_salon_state cascade;
drop function schnittwerk_core.merged_policies;
drop table schnittwerk_core.salon_state;
drop trigger booking_policies_value_is_valid on schnittwerk_core.booking_policies;
drop function schnittwerk_core.booking_policies_value_is_valid cascade;
drop function schnittwerk_core.policy_value_fault;
drop trigger booking_policies_touch_updated_at on schnittwerk_core.booking_policies;
drop table schnittwerk_core.booking_policies;
drop function schnittwerk_core.only_salon_id;
drop table schnittwerk_core.policy_definition;

commit;
