-- Revert schnittwerk:waitlist from pg

begin;

drop trigger waitlist_touch_updated_at on schnittwerk_core.waitlist;
drop table schnittwerk_core.waitlist;

commit;
