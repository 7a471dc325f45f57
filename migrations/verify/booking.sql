-- Verify schnittwerk:booking

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.unit_use'::regtype,
  'schnittwerk_core.appointments'::regclass,
  'schnittwerk_core.status_transition'::regclass,
  'schnittwerk_core.may_become'::regproc,
  'schnittwerk_core.correctable_until'::regproc,
  'schnittwerk_core.appointments_follow_the_state_machine'::regproc,
  'schnittwerk_core.raise_version'::regproc,
  'schnittwerk_core.occupancy'::regclass,
  'schnittwerk_core.customer_turn'::regclass,
  'schnittwerk_core.take_turn'::regproc,
  'schnittwerk_core.hold'::regclass,
  'schnittwerk_core.hold_json'::regproc,
  'schnittwerk_core.held_units'::regproc,
  'schnittwerk_core.buffered_range'::regproc,
  'schnittwerk_core.staff_claims'::regproc,
  'schnittwerk_core.unit_claim'::regproc,
  'schnittwerk_core.claims_of'::regproc,
  'schnittwerk_core.closed_unit_time'::regproc,
  'schnittwerk_core.choose_units'::regproc,
  'schnittwerk_core.lacks_units'::regproc,
  'schnittwerk_core.is_free'::regproc,
  'schnittwerk_core.where_at_least'::regproc,
  'schnittwerk_core.pool_starts'::regproc,
  'schnittwerk_core.is_live'::regproc,
  'schnittwerk_core.busy_with'::regproc,
  'schnittwerk_core.needs_of'::regproc,
  'schnittwerk_core.service_term'::regtype,
  'schnittwerk_core.service_terms'::regproc,
  'schnittwerk_core.way'::regtype,
  'schnittwerk_core.ways'::regproc,
  'schnittwerk_core.grid_starts'::regproc,
  'schnittwerk_core.performers'::regproc,
  'schnittwerk_core.fill_terms'::regproc,
  'schnittwerk_core.claim_time'::regproc,
  'schnittwerk_core.claimed_resources'::regproc,
  'schnittwerk_core.claim_appointment_time'::regproc,
  'schnittwerk_core.keep_occupancy'::regproc,
  'schnittwerk_core.replace_occupancy'::regproc,
  'schnittwerk_core.claims_are_kept_from'::regproc,
  'schnittwerk_core.restore_claims'::regproc,
  'schnittwerk_core.is_closed_on'::regproc,
  'schnittwerk_core.lead_time_failures'::regproc,
  'schnittwerk_core.opening_failures'::regproc,
  'schnittwerk_core.refusal_details'::regproc,
  'schnittwerk_core.appointment_json'::regproc,
  'schnittwerk_core.lock_resources'::regproc,
  'schnittwerk_core.calendar_failures'::regproc,
  'schnittwerk_core.verdict'::regtype,
  'schnittwerk_core.judge_start'::regproc,
  'schnittwerk_core.hold_time'::regproc,
  'schnittwerk_core.lock_units'::regproc,
  'schnittwerk_core.best_verdict'::regproc,
  'schnittwerk_core.settle_start'::regproc,
  'schnittwerk_core.insert_appointment'::regproc,
  'schnittwerk_core.cancel_deadline'::regproc,
  'schnittwerk_core.cancellable_until'::regproc,
  'schnittwerk_core.reschedule_deadline'::regproc,
  'schnittwerk_core.change_failures'::regproc,
  'schnittwerk_core.status_details'::regproc,
  'schnittwerk_core.change_details'::regproc,
  'schnittwerk_core.require_change'::regproc,
  'schnittwerk_core.require_hold'::regproc,
  'schnittwerk_core.hold_to_book'::regproc,
  'schnittwerk_core.lock_hold'::regproc,
  'schnittwerk_core.end_hold'::regproc,
  'schnittwerk_core.lock_appointment'::regproc,
  'schnittwerk_core.of_appointment'::regproc,
  'schnittwerk_core.change_status'::regproc,
  'schnittwerk_core.visible_appointment'::regproc,
  'schnittwerk_core.history_json'::regproc,
  'schnittwerk_core.last_live_end'::regproc,
  'schnittwerk_core.hindrances'::regproc,
  'schnittwerk_core.affected_appointments'::regproc,
  'schnittwerk_core.lock_staff'::regproc,
  'schnittwerk_core.open_time_change'::regtype,
  'schnittwerk_core.begin_open_time_change'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.appointments'::regclass and o.tgname = 'appointments_touch_updated_at';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.appointments'::regclass and o.tgname = 'appointments_follow_the_state_machine';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.appointments'::regclass and o.tgname = 'appointments_raise_version';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.hold'::regclass and o.tgname = 'hold_touch_updated_at';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.appointments'::regclass and o.tgname = 'appointments_fill_terms';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.appointments'::regclass and o.tgname = 'appointments_keep_occupancy_on_insert_or_delete';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.appointments'::regclass and o.tgname = 'appointments_replace_occupancy';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.salon_state'::regclass and o.tgname = 'salon_state_restore_claims';

rollback;
