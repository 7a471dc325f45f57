-- Revert schnittwerk:foundation from pg
-- The roles, the schema extensions and btree_gist stay: others may use them.

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.policy_value;
drop function schnittwerk_core.effective_policies;
drop trigger policy_definition_keep_default_policies on schnittwerk_core.policy_definition;
drop function schnittwerk_core.keep_default_policies;
drop trigger booking_policies_keep_policies on schnittwerk_core.booking_policies;
drop function schnittwerk_core.keep_policies;
drop trigger salon_begin_state on schnittwerk_core.salon;
drop function schnittwerk_core.begin_salon_state;
drop function schnittwerk_core.merged_policies;
drop table schnittwerk_core.salon_state;
drop trigger booking_policies_value_is_valid on schnittwerk_core.booking_policies;
drop function schnittwerk_core.booking_policies_value_is_valid;
drop function schnittwerk_core.policy_value_fault;
drop trigger booking_policies_touch_updated_at on schnittwerk_core.booking_policies;
drop table schnittwerk_core.booking_policies;
drop function schnittwerk_core.only_salon_id;
drop table schnittwerk_core.policy_definition;
drop function schnittwerk_core.make_partition;
drop function schnittwerk_core.touch_updated_at;
drop trigger salon_time_zone_is_known on schnittwerk_core.salon;
drop function schnittwerk_core.salon_time_zone_is_known;
drop table schnittwerk_core.salon;
drop function schnittwerk_core.constraint_failure;
drop function schnittwerk_core.failure;
drop function schnittwerk_core.success;
drop function schnittwerk_core.correlation_id;
drop function schnittwerk_core.given_correlation_id;
drop function schnittwerk_core.request_header;
drop function schnittwerk_core.actor;
drop function schnittwerk_core.json_or_null;
drop function schnittwerk_core.require_valid;
drop function schnittwerk_core.window_faults;
drop function schnittwerk_core.list_items;
drop function schnittwerk_core.object_faults;
drop function schnittwerk_core.json_number_fault;
drop function schnittwerk_core.json_fault;
drop function schnittwerk_core.is_date;
drop function schnittwerk_core.json_time;
drop function schnittwerk_core.json_number;
drop function schnittwerk_core.local_time_fault;
drop function schnittwerk_core.horizon_fault;
drop function schnittwerk_core.instant_range_faults;
drop function schnittwerk_core.instant_fault;
drop function schnittwerk_core.date_range_faults;
drop function schnittwerk_core.date_fault;
drop function schnittwerk_core.price_fault;
drop function schnittwerk_core.array_fault;
drop function schnittwerk_core.required_fault;
drop function schnittwerk_core.time_text;
drop function schnittwerk_core.number_fault;
drop function schnittwerk_core.text_fault;
drop function schnittwerk_core.fault;
drop function schnittwerk_core.refuse;
drop table schnittwerk_core.error_code;
drop function schnittwerk_core.utc_text;
drop function schnittwerk_core.clock;
drop function schnittwerk_core.new_id;
drop schema schnittwerk_core;
drop schema schnittwerk;

commit;
