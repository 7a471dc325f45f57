-- Revert schnittwerk:booking

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.begin_open_time_change;
drop type schnittwerk_core.open_time_change;
drop function schnittwerk_core.lock_staff;
drop function schnittwerk_core.affected_appointments;
drop function schnittwerk_core.hindrances;
drop function schnittwerk_core.last_live_end;
drop function schnittwerk_core.history_json;
drop function schnittwerk_core.appointment_to_move;
drop function schnittwerk_core.visible_appointment;
drop function schnittwerk_core.change_status;
drop function schnittwerk_core.of_appointment;
drop function schnittwerk_core.lock_appointment;
drop function schnittwerk_core.require_change;
drop function schnittwerk_core.change_details;
drop function schnittwerk_core.status_details;
drop function schnittwerk_core.change_failures;
drop function schnittwerk_core.reschedule_deadline;
drop function schnittwerk_core.cancellable_until;
drop function schnittwerk_core.cancel_deadline;
drop function schnittwerk_core.insert_appointment;
drop function schnittwerk_core.settle_start;
drop function schnittwerk_core.best_verdict;
drop function schnittwerk_core.judge_start;
drop type schnittwerk_core.verdict;
drop function schnittwerk_core.lock_resources;
drop function schnittwerk_core.appointment_json;
drop function schnittwerk_core.calendar_at;
drop function schnittwerk_core.refusal_details;
drop function schnittwerk_core.timing_failures;
drop function schnittwerk_core.is_closed_on;
drop trigger appointments_keep_occupancy_on_update on schnittwerk_core.appointments;
drop trigger appointments_keep_occupancy_on_insert_or_delete on schnittwerk_core.appointments;
drop function schnittwerk_core.keep_occupancy cascade;
drop function schnittwerk_core.claim_time;
drop trigger appointments_fill_terms on schnittwerk_core.appointments;
drop function schnittwerk_core.fill_terms cascade;
drop function schnittwerk_core.performers;
drop function schnittwerk_core.grid_starts;
drop function schnittwerk_core.service_terms;
drop function schnittwerk_core.is_live;
drop function schnittwerk_core.buffered_range;
drop table schnittwerk_core.occupancy;
drop trigger appointments_raise_version on schnittwerk_core.appointments;
drop function schnittwerk_core.raise_version cascade;
drop trigger appointments_follow_the_state_machine on schnittwerk_core.appointments;
drop function schnittwerk_core.appointments_follow_the_state_machine cascade;
drop function schnittwerk_core.correctable_until;
drop function schnittwerk_core.may_become;
drop table schnittwerk_core.status_transition;
drop trigger appointments_touch_updated_at on schnittwerk_core.appointments;
drop table schnittwerk_core.appointments;

commit;
