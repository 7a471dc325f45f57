begin;
select plan(11);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'carla', :'haircut') as first \gset
select is(
  schnittwerk.join_waitlist('again', :'carla', :'haircut', '2026-12-20', '2026-12-21', :'ben')
    - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 409, "code": "already_exists",
    "error": "Waitlist entry failed", "details": "The customer waits for this service already"
  }',
  'a customer has one entry for a service, whatever its wishes'
);
select isnt(
  pg_temp.wait(:'carla', :'color'), null::uuid,
  'a customer may also wait for another service'
);
select isnt(
  pg_temp.wait(:'dora', :'haircut'), null::uuid,
  'another customer may wait for the same service'
);
select schnittwerk.leave_waitlist('leave', :'first') \g /dev/null
select pg_temp.wait(:'carla', :'haircut', :'anna', 5) as second \gset
select isnt(:'second'::uuid, :'first', 'a customer can join again after leaving');
select is(
  schnittwerk.join_waitlist('again', :'carla', :'haircut', '2026-12-20', '2026-12-21', :'ben')
    ->> 'replayed',
  'true', 'the key of the refused attempt stays refused'
);

select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select is(pg_temp.entry_status(:'second'), 'notified', 'the entry has an offer');
select is(pg_temp.wait(:'carla', :'haircut'), null::uuid, 'an entry with an offer still counts');
select schnittwerk.accept_waitlist_offer('accept', :'second') \g /dev/null
select pg_temp.wait(:'carla', :'haircut', p_to => '2026-12-03') as third \gset
select isnt(:'third'::uuid, :'second', 'a customer can join again after booking');

-- nothing writes that the dates have passed
select pg_temp.now_is('2026-12-04 00:00+01') \g /dev/null
select is(pg_temp.entry_status(:'third'), 'active', 'the dates of the entry have passed');
select isnt(
  pg_temp.wait(:'carla', :'haircut'), null::uuid,
  'a customer can join again before process_waitlist ends the old entry'
);
select is(pg_temp.entry_status(:'third'), 'expired', 'the old one has expired');

select * from finish();
rollback;
