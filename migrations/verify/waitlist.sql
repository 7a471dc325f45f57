-- Verify schnittwerk:waitlist

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
  'schnittwerk_core.begin_entry_change'::regproc,
  'schnittwerk_core.lock_entry'::regproc,
  'schnittwerk_core.waitlist_change_faults'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.waitlist'::regclass and o.tgname = 'waitlist_follows_the_state_machine';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.waitlist'::regclass and o.tgname = 'waitlist_touch_updated_at';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.waitlist_offer'::regclass and o.tgname = 'waitlist_offer_touch_updated_at';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.salon'::regclass and o.tgname = 'salon_begin_waitlist_lock';

rollback;
