begin;
select plan(10);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'carla', :'haircut', :'anna', 1) as c,
  pg_temp.wait(:'dora', :'haircut', :'anna') as d,
  pg_temp.wait(:'zoe', :'haircut', :'ben') as z \gset
insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
select :'salon', s.id, '[2026-12-02 09:00+01, 2026-12-02 10:30+01)', true
from unnest(array[:'anna', :'ben']::uuid[]) s (id);
select schnittwerk.process_waitlist(), schnittwerk.process_waitlist() \g /dev/null
select is(
  (select count(*) from schnittwerk_core.waitlist_offer where status = 'open'), 3::bigint,
  'three entries have an open offer'
);
select schnittwerk_core.withdraw_offers(
  :'salon', :'anna', '{[2026-12-02 08:00+01, 2026-12-02 09:00+01)}') \g /dev/null
select is(
  (select count(*) from schnittwerk_core.waitlist_offer where status = 'open'), 3::bigint,
  'closing the time just before the offers leaves them open'
);
select max(number) as before from schnittwerk_core.events \gset
select schnittwerk_core.withdraw_offers(
  :'salon', :'anna', '{[2026-12-02 09:59+01, 2026-12-02 10:00+01)}') \g /dev/null
select is(
  (select o.status from schnittwerk_core.waitlist_offer o where o.entry_id = :'c'), 'withdrawn',
  'an offer whose last minute is lost is withdrawn'
);
select is(
  (select string_agg(e.type, ' ' order by e.number) from schnittwerk_core.events e
    where e.number > :before),
  'waitlist_offer.withdrawn waitlist_entry.updated', 'withdrawing an offer writes events'
);
select is(pg_temp.entry_status(:'c'), 'active', 'the entry of a withdrawn offer is active');
select is_empty(
  format('select from schnittwerk_core.occupancy where claim_id = %L', :'c'),
  'a withdrawn offer holds no time'
);
select is(
  (select count(*) from schnittwerk_core.waitlist_offer where status = 'open'), 2::bigint,
  'an offer that is withdrawn leaves other offers open'
);
select pg_temp.refusal(schnittwerk.accept_waitlist_offer('late', :'c')) as late \gset
select is(:'late'::text, '409 offer_expired', 'a withdrawn offer cannot be accepted');

-- what is no longer performed
update schnittwerk_core.services set is_active = false where id = :'haircut';
select schnittwerk_core.withdraw_offers(:'salon', :'ben', '{}') \g /dev/null
select is(pg_temp.entry_status(:'z'), 'active', 'deactivating a service withdraws its offers');
update schnittwerk_core.services set is_active = true where id = :'haircut';
delete from schnittwerk_core.staff_services where staff_id = :'anna';
select schnittwerk_core.withdraw_offers(:'salon', :'anna', '{}') \g /dev/null
select is(pg_temp.offers(), null, 'staff who no longer perform a service lose its offers');

select * from finish();
rollback;
