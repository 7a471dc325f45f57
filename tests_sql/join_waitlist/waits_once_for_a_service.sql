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
  'true', 'the key of a refused attempt replays its refusal'
);

select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select is(pg_temp.entry_status(:'second'), 'notified', 'a freed slot is offered to the entry');
select is(pg_temp.wait(:'carla', :'haircut'), null::uuid,
  'a customer cannot join beside an entry with an offer');
select schnittwerk.accept_waitlist_offer('accept', :'second') \g /dev/null
select pg_temp.wait(:'carla', :'haircut', p_to => '2026-12-03') as third \gset
select isnt(:'third'::uuid, :'second', 'a customer can join again after booking');

-- nothing writes that the dates have passed
select pg_temp.now_is('2026-12-04 00:00+01') \g /dev/null
select is(pg_temp.entry_status(:'third'), 'active',
  'an entry keeps its status when its dates pass');
select isnt(
  pg_temp.wait(:'carla', :'haircut'), null::uuid,
  'a customer can join again before process_waitlist ends the old entry'
);
select is(pg_temp.entry_status(:'third'), 'expired',
  'joining again expires an entry whose dates have passed');

select * from finish();
rollback;
