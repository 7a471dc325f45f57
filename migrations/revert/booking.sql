-- Revert schnittwerk:booking from pg

begin;

drop function schnittwerk_core.list_appointments;
drop function schnittwerk_core.affected_appointments;
drop function schnittwerk_core.lock_open_time;
drop function schnittwerk_core.stranded_appointments;
drop function schnittwerk_core.get_operation;
drop function schnittwerk_core.create_booking;
drop function schnittwerk_core.choose_staff;
drop function schnittwerk_core.lock_resources;
drop function schnittwerk_core.end_operation;
drop function schnittwerk_core.claim_operation;
drop function schnittwerk_core.key_fault;
drop function schnittwerk_core.effective_key;
drop table schnittwerk_core.booking_operations;
drop function schnittwerk_core.appointment_json;
drop function schnittwerk_core.validate_appointment_timing;
drop function schnittwerk_core.explain_slot;
drop function schnittwerk_core.calendar_at;
drop function schnittwerk_core.refusal_details;
drop function schnittwerk_core.judge_slot;
drop type schnittwerk_core.verdict;
drop function schnittwerk_core.timing_failures;
drop function schnittwerk_core.find_slots;
drop function schnittwerk_core.free_slots;
drop trigger appointments_keep_occupancy_on_update on schnittwerk_core.appointments;
drop trigger appointments_keep_occupancy_on_insert_or_delete on schnittwerk_core.appointments;
drop function schnittwerk_core.keep_occupancy;
drop trigger appointments_fill_buffers on schnittwerk_core.appointments;
drop function schnittwerk_core.fill_buffers;
drop function schnittwerk_core.performers;
drop function schnittwerk_core.service_terms;
drop function schnittwerk_core.is_live;
drop function schnittwerk_core.buffered_range;
drop table schnittwerk_core.occupancy;
drop trigger appointments_touch_updated_at on schnittwerk_core.appointments;
drop table schnittwerk_core.appointments;

commit;
