-- Revert schnittwerk:waitlist

begin;

set local search_path to pg_catalog, pg_temp;

drop function schnittwerk_core.waitlist_change_faults;
drop function schnittwerk_core.lock_entry;
drop function schnittwerk_core.begin_entry_change;
drop function schnittwerk_core.expire_entry;
drop function schnittwerk_core.waitlist_faults;
drop function schnittwerk_core.waitlist_json;
drop function schnittwerk_core.free_days;
drop function schnittwerk_core.free_appointment;
drop function schnittwerk_core.offer_freed_time;
drop function schnittwerk_core.wanted_slots;
drop function schnittwerk_core.waiting_entries;
drop function schnittwerk_core.end_offer;
drop function schnittwerk_core.open_offer;
drop function schnittwerk_core.waits_for;
drop function schnittwerk_core.lock_waitlist;
drop trigger salon_begin_waitlist_lock on schnittwerk_core.salon;
drop function schnittwerk_core.begin_waitlist_lock cascade;
drop table schnittwerk_core.waitlist_lock;
drop function schnittwerk_core.take_booking_turn;
drop function schnittwerk_core.booking_limit_details;
drop function schnittwerk_core.offer_json;
drop table schnittwerk_core.freed_time;
drop trigger waitlist_offer_touch_updated_at on schnittwerk_core.waitlist_offer;
drop table schnittwerk_core.waitlist_offer;
drop trigger waitlist_touch_updated_at on schnittwerk_core.waitlist;
drop trigger waitlist_follows_the_state_machine on schnittwerk_core.waitlist;
drop function schnittwerk_core.waitlist_follows_the_state_machine cascade;
drop table schnittwerk_core.waitlist;

commit;
