-- Verify schnittwerk:waitlist

begin;

set local search_path to pg_catalog, pg_temp;

select
  'schnittwerk_core.waitlist'::regclass,
  'schnittwerk_core.waitlist_follows_the_state_machine'::regproc,
  'schnittwerk_core.waitlist_offer'::regclass,
  'schnittwerk_core.freed_time'::regclass,
  'schnittwerk_core.offer_json'::regproc,
  'schnittwerk_core.held_slots'::regproc,
  'schnittwerk_core.offered_resources'::regproc,
  'schnittwerk_core.open_bookings'::regproc,
  'schnittwerk_core.booking_limit_details'::regproc,
  'schnittwerk_core.take_booking_turn'::regproc,
  'schnittwerk_core.full_days'::regproc,
  'schnittwerk_core.waits_for'::regproc,
  'schnittwerk_core.open_offer'::regproc,
  'schnittwerk_core.end_offer'::regproc,
  'schnittwerk_core.end_lapsed_offers'::regproc,
  'schnittwerk_core.withdraw_offer'::regproc,
  'schnittwerk_core.withdraw_offers'::regproc,
  'schnittwerk_core.withdraw_unit_offers'::regproc,
  'schnittwerk_core.end_booked_entry'::regproc,
  'schnittwerk_core.may_be_offered'::regproc,
  'schnittwerk_core.hold_entries'::regproc,
  'schnittwerk_core.make_offer'::regproc,
  'schnittwerk_core.wanted_slots'::regproc,
  'schnittwerk_core.next_in_line'::regproc,
  'schnittwerk_core.offer_freed_time'::regproc,
  'schnittwerk_core.free_time'::regproc,
  'schnittwerk_core.free_pool_time'::regproc,
  'schnittwerk_core.free_appointments'::regproc,
  'schnittwerk_core.free_hold'::regproc,
  'schnittwerk_core.end_lapsed_holds'::regproc,
  'schnittwerk_core.end_open_time_change'::regproc,
  'schnittwerk_core.end_unit_change'::regproc,
  'schnittwerk_core.claimed_stretches'::regproc,
  'schnittwerk_core.waitlist_json'::regproc,
  'schnittwerk_core.waitlist_faults'::regproc,
  'schnittwerk_core.expire_entry'::regproc,
  'schnittwerk_core.require_entry'::regproc,
  'schnittwerk_core.lock_entry'::regproc,
  'schnittwerk_core.lock_of_customers'::regproc,
  'schnittwerk_core.end_double_entries'::regproc,
  'schnittwerk_core.give_to_customer'::regproc,
  'schnittwerk_core.restorable_entries'::regproc,
  'schnittwerk_core.waitlist_change_faults'::regproc;

select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.waitlist'::regclass and o.tgname = 'waitlist_follows_the_state_machine';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.waitlist'::regclass and o.tgname = 'waitlist_touch_updated_at';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.waitlist_offer'::regclass and o.tgname = 'waitlist_offer_touch_updated_at';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.appointments'::regclass and o.tgname = 'appointments_end_booked_entry_on_insert';
select 1 / count(*) from pg_trigger o where o.tgrelid = 'schnittwerk_core.appointments'::regclass and o.tgname = 'appointments_end_booked_entry_on_update';

rollback;
