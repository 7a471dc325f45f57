begin;
select plan(16);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'dora', :'haircut') as id \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-03 10:00+01') \g /dev/null
select is(pg_temp.offers(), null, 'a slot in 50 hours is not offered at once');
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'x', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')),
  null, 'a slot that is not offered yet is not held'
);
select schnittwerk.cancel_booking('y', id)
from schnittwerk_core.appointments where status = 'pending'
\g /dev/null
select pg_temp.now_is('2026-12-01 09:59+01') \g /dev/null
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), null,
  'process_waitlist does not offer a slot before it is within 48 hours'
);
select pg_temp.now_is('2026-12-01 10:00+01') \g /dev/null
select is(
  schnittwerk.process_waitlist() #>> '{waitlist,new_offers}', '1',
  'process_waitlist offers a slot once it is within 48 hours');
select is(
  pg_temp.offers(), 'Dora: Anna 03 10:00',
  'a slot within 48 hours that is still free is offered'
);
select schnittwerk.leave_waitlist('leave', :'id') \g /dev/null

select pg_temp.wait(:'dora', :'haircut', p_times => '{10:00,14:00,16:30}') as id \gset
select pg_temp.free(:'haircut', :'ben', '2026-12-03 14:00+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'z', :'carla', :'haircut', '2026-12-03 14:30+01', :'ben')),
  null, 'another customer books the slot in the meantime'
);
-- Anna's 10:00 would be offered to the new entry
select schnittwerk.update_waitlist_entry(
  'ben', :'id', jsonb_build_object('staff_id', :'ben')) \g /dev/null
select pg_temp.now_is('2026-12-01 14:00+01') \g /dev/null
select schnittwerk.process_waitlist() \g /dev/null
select is(pg_temp.offers(), null, 'a slot that was booked in the meantime is not offered');
select is(pg_temp.entry_status(:'id'), 'active',
  'an entry whose slot was booked in the meantime stays active');

-- the limit, to the second
select pg_temp.now_is('2026-12-01 16:29:59+01') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-03 16:30+01') \g /dev/null
select is(
  schnittwerk.process_waitlist() #>> '{waitlist,new_offers}', '0',
  'a slot is not offered a second too early');
select pg_temp.now_is('2026-12-01 16:30+01') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-03 16:30+01') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Ben 03 16:30',
  'a slot exactly 48 hours ahead is offered at once'
);
select schnittwerk.decline_waitlist_offer('no', :'id') \g /dev/null

select schnittwerk.set_policy('waitlist_notification_hours', '1000') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-10 10:00+01') \g /dev/null
select is(pg_temp.offers(), 'Dora: Ben 10 10:00', 'waitlist_notification_hours sets the hours');
select schnittwerk.decline_waitlist_offer('no 2', :'id') \g /dev/null
select schnittwerk.set_policy('waitlist_notification_hours', '0') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-02 14:00+01') \g /dev/null
select is(pg_temp.offers(), null, 'waitlist_notification_hours of 0 offers nothing');

-- how long it is held
select schnittwerk.set_policy('waitlist_notification_hours', '48'),
  schnittwerk.set_policy('waitlist_offer_minutes', '30') \g /dev/null
select pg_temp.now_is('2026-12-02 08:00+01') \g /dev/null
create function pg_temp.held_until(p_staff_id uuid, p_starts_at timestamptz)
returns text
language sql
as $$
  select to_char(o.expires_at at time zone 'Europe/Zurich', 'HH24:MI')
  from schnittwerk_core.waitlist_offer o
  where o.staff_id = p_staff_id and o.starts_at = p_starts_at and o.status = 'open'
$$;
select pg_temp.wait(:'carla', :'haircut', :'anna') as a \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 16:00+01') \g /dev/null
select is(
  pg_temp.held_until(:'anna', '2026-12-02 16:00+01'), '08:30',
  'an offer is held for waitlist_offer_minutes'
);
select schnittwerk.leave_waitlist('l1', :'a'), schnittwerk.leave_waitlist('l2', :'id') \g /dev/null
select pg_temp.wait(:'carla', :'haircut', :'anna', p_times => '{10:15}') as b \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:15+01') \g /dev/null
select is(
  pg_temp.held_until(:'anna', '2026-12-02 10:15+01'), '08:15',
  'an offer is never held past the start minus the notice'
);
select schnittwerk.leave_waitlist('l3', :'b') \g /dev/null
select pg_temp.wait(:'carla', :'haircut', :'anna', p_times => '{10:00}', p_to => '2026-12-02') as c \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') as free \gset
select is(:'free'::text, 'true', 'a slot that starts when the notice ends is freed');
select is(pg_temp.offers(), null, 'a slot that leaves no time to answer is not offered');

select * from finish();
rollback;
