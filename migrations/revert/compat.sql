-- Revert schnittwerk:compat

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk.get_booking_policy;
drop function schnittwerk_core.get_booking_policy;
drop function schnittwerk.is_holiday;
drop function schnittwerk_core.is_holiday;
drop function schnittwerk.rpc_validate_appointment_slot;
drop function schnittwerk_core.validate_appointment_slot;
drop function schnittwerk.create_booking_idempotent;
drop function schnittwerk.rpc_get_available_slots_enhanced;
drop function schnittwerk_core.get_available_slots;
drop function schnittwerk_core.has_gap;

commit;
