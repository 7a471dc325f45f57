-- Verify schnittwerk:waitlist on pg

begin;

select
  'schnittwerk_core.waitlist'::regclass;

select 1 / count(*) from pg_trigger
where tgname = 'waitlist_touch_updated_at'
  and tgrelid = 'schnittwerk_core.waitlist'::regclass;

rollback;
