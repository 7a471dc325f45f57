begin;
select plan(9);
\ir ../fixture.psql
\ir ../waitlist.psql
select schnittwerk.set_policy('max_open_holds_per_customer', '9'),
  schnittwerk.set_policy('hold_minutes', '60') \g /dev/null

create function pg_temp.held(p_staff_id uuid, p_starts_at timestamptz, p_customer_id uuid default null)
returns uuid
language sql
as $$
  select (schnittwerk.hold_slot(
    gen_random_uuid()::text, v.id, p_starts_at, p_staff_id, p_customer_id) #>> '{hold,id}')::uuid
  from schnittwerk_core.services v where v.name = 'Haircut'
$$;
create function pg_temp.upkeep()
returns text
language sql
as $$
  select format('%s holds, %s offers', m -> 'ended_holds', m -> 'ended_offers')
  from (select schnittwerk.maintain() -> 'maintained' as m) r
$$;
create function pg_temp.held_days()
returns text
language sql
as $$
  select string_agg(to_char(h.starts_at, 'DD'), ' ' order by h.starts_at) from schnittwerk_core.hold h
$$;

select pg_temp.held(:'anna', '2026-12-02 10:00+01') as lapsed,
  pg_temp.held(:'anna', '2026-12-03 10:00+01') as released,
  pg_temp.held(:'anna', '2026-12-04 10:00+01', :'carla') as used \gset
select schnittwerk.release_hold('r', :'released'),
  schnittwerk.create_booking('u', :'carla', :'haircut', '2026-12-04 10:00+01', p_hold_id => :'used')
  \g /dev/null
select pg_temp.now_is('2026-12-01 08:30+01') \g /dev/null
select pg_temp.held(:'anna', '2026-12-07 10:00+01', :'carla') as last,
  pg_temp.held(:'anna', '2026-12-08 10:00+01') as told \gset

-- Two offers are declined: one of a start soon, one of a start in February.
select pg_temp.wait(:'dora', :'haircut', p_times => '{14:00}', p_to => '2027-02-28') as entry \gset
select schnittwerk.set_policy('waitlist_notification_hours', '8760'),
  schnittwerk.set_business_settings('{"max_advance_booking_days": 90}') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-02 14:00+01') \g /dev/null
select schnittwerk.decline_waitlist_offer('d1', :'entry') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2027-02-10 14:00+01') \g /dev/null
select schnittwerk.decline_waitlist_offer('d2', :'entry') \g /dev/null
select is(
  (select array_agg(o.starts_at::date order by o.starts_at) from schnittwerk_core.waitlist_offer o
    where o.status = 'declined'),
  '{2026-12-02,2027-02-10}', 'offers of two starts were declined'
);
insert into schnittwerk_core.event_delivery (
  salon_id, event_id, occurred_at, event_number, subject_id, target, channel, status, next_attempt_at
)
select e.salon_id, e.id, e.occurred_at, e.number, e.subject_id, 'crm', 'webhook', 'pending', now()
from schnittwerk_core.published e where e.type = 'hold.made' and e.subject_id = :'told';

select pg_temp.now_is('2026-12-01 09:30+01') \g /dev/null
select schnittwerk.process_waitlist() \g /dev/null
select is(
  (select string_agg(h.status, ' ' order by h.starts_at) from schnittwerk_core.hold h),
  'lapsed released used lapsed lapsed', 'five holds have ended'
);
select pg_temp.now_is('2026-12-31 08:00+01') \g /dev/null
select is(pg_temp.upkeep(), '0 holds, 0 offers', 'upkeep keeps holds and offers for 30 days');
select count(*) as entries from schnittwerk_core.journal where table_name in ('hold', 'waitlist_offer') \gset
select pg_temp.now_is('2026-12-31 09:31+01') \g /dev/null
select is(
  pg_temp.upkeep() || ', ' || pg_temp.held_days(), '3 holds, 1 offers, 07 08',
  'upkeep then deletes them, but no customer''s last hold and none that a delivery is about'
);
select is(
  (select count(*) from schnittwerk_core.journal where table_name in ('hold', 'waitlist_offer')),
  :entries::bigint, 'the journal does not tell of a deletion by upkeep'
);
select is(
  schnittwerk.create_booking('n', :'dora', :'haircut', '2027-01-12 10:00+01', p_hold_id => :'lapsed')
    ->> 'code', 'not_found', 'a hold that is deleted is unknown'
);
select pg_temp.free(:'haircut', :'ben', '2027-02-10 14:00+01') \g /dev/null
select is(pg_temp.offers(), null, 'a start to come that was declined is not offered again');
select pg_temp.now_is('2027-02-10 14:01+01') \g /dev/null
delete from schnittwerk_core.event_delivery;
select is(
  pg_temp.upkeep() || ', ' || pg_temp.held_days(), '1 holds, 1 offers, 07',
  'an offer is deleted once its start has passed, a hold once no delivery is about it'
);
select pg_temp.held(:'anna', '2027-02-12 10:00+01') as open \gset
select pg_temp.now_is('2027-04-30 08:00+01') \g /dev/null
select is(pg_temp.upkeep(), '0 holds, 0 offers', 'upkeep keeps a hold whose end nobody has written');
select * from finish();
rollback;
