begin;
select plan(3);
\ir ../fixture.psql
\ir ../clock.psql
create function pg_temp.claimed() returns text language sql as $$
  select schnittwerk.claim_delivery('{hook}') #>> '{delivery,event,type}'
$$;
create function pg_temp.dispatched() returns text language sql as $$
  select schnittwerk.dispatch_events('relay', '[{"name": "hook", "channel": "webhook"}]')
    ->> 'success'
$$;
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-24 10:00+01', :'ben')
\g /dev/null
select pg_temp.now_is('2027-12-01 08:00+01') \g /dev/null
-- as dispatch_events does once the transaction has ended
insert into schnittwerk_core.event_delivery (
  salon_id, event_id, occurred_at, event_number, subject_id, target, channel
)
select e.salon_id, e.id, e.occurred_at, e.number, e.subject_id, 'hook', 'webhook'
from schnittwerk_core.events e
where e.type like 'appointment.%';
select pg_temp.now_is('2026-12-01 09:00+01') \g /dev/null
select is(pg_temp.claimed(), null, 'a delivery made before the clock was set back is not due');
select is(pg_temp.dispatched(), 'true', 'dispatch_events succeeds after the clock was set back');
select isnt(pg_temp.claimed(), null,
  'dispatch_events makes a delivery from the future due at once');

select * from finish();
rollback;
