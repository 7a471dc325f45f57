-- Verify schnittwerk:booking on pg

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.appointments'::regclass,
  'schnittwerk_core.status_transition'::regclass,
  'schnittwerk_core.may_become'::regproc,
  'schnittwerk_core.appointments_follow_the_state_machine'::regproc,
  'schnittwerk_core.appointment_history'::regclass,
  'schnittwerk_core.record_appointment_change'::regproc,
  'schnittwerk_core.occupancy'::regclass,
  'schnittwerk_core.buffered_range'::regproc,
  'schnittwerk_core.is_live'::regproc,
  'schnittwerk_core.service_terms'::regproc,
  'schnittwerk_core.performers'::regproc,
  'schnittwerk_core.fill_terms'::regproc,
  'schnittwerk_core.claim_time'::regproc,
  'schnittwerk_core.keep_occupancy'::regproc,
  'schnittwerk_core.find_slots'::regproc,
  'schnittwerk_core.is_closed_on'::regproc,
  'schnittwerk_core.timing_failures'::regproc,
  'schnittwerk_core.verdict'::regtype,
  'schnittwerk_core.judge_slot'::regproc,
  'schnittwerk_core.refusal_details'::regproc,
  'schnittwerk_core.calendar_at'::regproc,
  'schnittwerk_core.explain_slot'::regproc,
  'schnittwerk_core.validate_appointment_timing'::regproc,
  'schnittwerk_core.appointment_json'::regproc,
  'schnittwerk_core.booking_operations'::regclass,
  'schnittwerk_core.effective_key'::regproc,
  'schnittwerk_core.key_fault'::regproc,
  'schnittwerk_core.ids_only'::regproc,
  'schnittwerk_core.replayed_answer'::regproc,
  'schnittwerk_core.claim_operation'::regproc,
  'schnittwerk_core.end_operation'::regproc,
  'schnittwerk_core.abandon_operation'::regproc,
  'schnittwerk_core.lock_resources'::regproc,
  'schnittwerk_core.choose_staff'::regproc,
  'schnittwerk_core.insert_appointment'::regproc,
  'schnittwerk_core.create_booking'::regproc,
  'schnittwerk_core.cancel_deadline'::regproc,
  'schnittwerk_core.reschedule_deadline'::regproc,
  'schnittwerk_core.change_failures'::regproc,
  'schnittwerk_core.change_refusal'::regproc,
  'schnittwerk_core.begin_change'::regproc,
  'schnittwerk_core.cancel_booking'::regproc,
  'schnittwerk_core.reschedule_booking'::regproc,
  'schnittwerk_core.change_status'::regproc,
  'schnittwerk_core.confirm_booking'::regproc,
  'schnittwerk_core.complete_booking'::regproc,
  'schnittwerk_core.mark_no_show'::regproc,
  'schnittwerk_core.visible_appointment'::regproc,
  'schnittwerk_core.appointment_policies'::regproc,
  'schnittwerk_core.history_json'::regproc,
  'schnittwerk_core.get_appointment'::regproc,
  'schnittwerk_core.get_operation'::regproc,
  'schnittwerk_core.stranded_appointments'::regproc,
  'schnittwerk_core.lock_staff'::regproc,
  'schnittwerk_core.lock_open_time'::regproc,
  'schnittwerk_core.affected_appointments'::regproc,
  'schnittwerk_core.list_appointments'::regproc;

select 1 / count(*) from pg_trigger
where tgname = 'appointments_touch_updated_at'
  and tgrelid = 'schnittwerk_core.appointments'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'appointments_follow_the_state_machine'
  and tgrelid = 'schnittwerk_core.appointments'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'appointments_record_insert'
  and tgrelid = 'schnittwerk_core.appointments'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'appointments_record_update'
  and tgrelid = 'schnittwerk_core.appointments'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'appointments_fill_terms'
  and tgrelid = 'schnittwerk_core.appointments'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'appointments_keep_occupancy_on_insert_or_delete'
  and tgrelid = 'schnittwerk_core.appointments'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'appointments_keep_occupancy_on_update'
  and tgrelid = 'schnittwerk_core.appointments'::regclass;

rollback;
