-- Revert schnittwerk:waitlist

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.waitlist_change_faults;
drop function schnittwerk_core.restorable_entries;
drop function schnittwerk_core.give_to_customer;
drop function schnittwerk_core.end_double_entries;
drop function schnittwerk_core.lock_of_customers;
drop function schnittwerk_core.lock_entry;
drop function schnittwerk_core.require_entry;
drop function schnittwerk_core.expire_entry;
drop function schnittwerk_core.waitlist_faults;
drop function schnittwerk_core.waitlist_json;
drop function schnittwerk_core.claimed_stretches;
drop function schnittwerk_core.end_unit_change;
drop function schnittwerk_core.end_open_time_change;
drop function schnittwerk_core.end_lapsed_holds;
drop function schnittwerk_core.free_hold;
drop function schnittwerk_core.free_appointments;
drop function schnittwerk_core.free_pool_time;
drop function schnittwerk_core.free_time;
drop function schnittwerk_core.offer_freed_time;
drop function schnittwerk_core.next_in_line;
drop function schnittwerk_core.wanted_slots;
drop function schnittwerk_core.make_offer;
drop function schnittwerk_core.hold_entries;
drop function schnittwerk_core.may_be_offered;
drop trigger appointments_end_booked_entry_on_update on schnittwerk_core.appointments;
drop trigger appointments_end_booked_entry_on_insert on schnittwerk_core.appointments;
drop function schnittwerk_core.end_booked_entry cascade;
drop function schnittwerk_core.withdraw_unit_offers;
drop function schnittwerk_core.withdraw_offers;
drop function schnittwerk_core.withdraw_offer;
drop function schnittwerk_core.end_lapsed_offers;
drop function schnittwerk_core.end_offer;
drop function schnittwerk_core.open_offer;
drop function schnittwerk_core.waits_for;
drop function schnittwerk_core.full_days;
drop function schnittwerk_core.take_booking_turn;
drop function schnittwerk_core.booking_limit_details;
drop function schnittwerk_core.open_bookings;
drop function schnittwerk_core.offered_resources;
drop function schnittwerk_core.held_slots;
drop function schnittwerk_core.offer_json;
drop table schnittwerk_core.freed_time;
drop trigger waitlist_offer_touch_updated_at on schnittwerk_core.waitlist_offer;
drop table schnittwerk_core.waitlist_offer;
drop trigger waitlist_touch_updated_at on schnittwerk_core.waitlist;
drop trigger waitlist_follows_the_state_machine on schnittwerk_core.waitlist;
drop function schnittwerk_core.waitlist_follows_the_state_machine cascade;
drop table schnittwerk_core.waitlist;

commit;
