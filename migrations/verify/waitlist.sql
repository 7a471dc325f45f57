-- Verify schnittwerk:waitlist on pg

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.waitlist'::regclass,
  'schnittwerk_core.waitlist_follows_the_state_machine'::regproc,
  'schnittwerk_core.waitlist_offer'::regclass,
  'schnittwerk_core.freed_time'::regclass,
  'schnittwerk_core.offer_json'::regproc,
  'schnittwerk_core.booking_limit_details'::regproc,
  'schnittwerk_core.take_booking_turn'::regproc,
  'schnittwerk_core.waitlist_lock'::regclass,
  'schnittwerk_core.begin_waitlist_lock'::regproc,
  'schnittwerk_core.lock_waitlist'::regproc,
  'schnittwerk_core.waits_for'::regproc,
  'schnittwerk_core.open_offer'::regproc,
  'schnittwerk_core.end_offer'::regproc,
  'schnittwerk_core.waiting_entries'::regproc,
  'schnittwerk_core.wanted_slots'::regproc,
  'schnittwerk_core.offer_freed_time'::regproc,
  'schnittwerk_core.free_appointment'::regproc,
  'schnittwerk_core.free_days'::regproc,
  'schnittwerk_core.waitlist_json'::regproc,
  'schnittwerk_core.waitlist_faults'::regproc,
  'schnittwerk_core.expire_entry'::regproc,
  'schnittwerk_core.join_waitlist'::regproc,
  'schnittwerk_core.begin_entry_change'::regproc,
  'schnittwerk_core.lock_entry'::regproc,
  'schnittwerk_core.waitlist_change_faults'::regproc,
  'schnittwerk_core.update_waitlist_entry'::regproc,
  'schnittwerk_core.leave_waitlist'::regproc,
  'schnittwerk_core.accept_waitlist_offer'::regproc,
  'schnittwerk_core.decline_waitlist_offer'::regproc,
  'schnittwerk_core.list_waitlist'::regproc,
  'schnittwerk_core.process_waitlist'::regproc;

select 1 / count(*) from pg_trigger
where tgname = 'waitlist_follows_the_state_machine'
  and tgrelid = 'schnittwerk_core.waitlist'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'waitlist_touch_updated_at'
  and tgrelid = 'schnittwerk_core.waitlist'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'waitlist_offer_touch_updated_at'
  and tgrelid = 'schnittwerk_core.waitlist_offer'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'salon_begin_waitlist_lock'
  and tgrelid = 'schnittwerk_core.salon'::regclass;

rollback;
