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
  'whoever waits does not wait twice, whatever for'
);
select isnt(pg_temp.wait(:'carla', :'color'), null::uuid, 'but for another service');
select isnt(pg_temp.wait(:'dora', :'haircut'), null::uuid, 'or as another customer');
select schnittwerk.leave_waitlist('leave', :'first') \g /dev/null
select pg_temp.wait(:'carla', :'haircut', :'anna', 5) as second \gset
select isnt(:'second'::uuid, :'first', 'after leaving there is a new entry');
select is(
  schnittwerk.join_waitlist('again', :'carla', :'haircut', '2026-12-20', '2026-12-21', :'ben')
    ->> 'replayed',
  'true', 'the old key still answers that there was one'
);

select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select is(pg_temp.entry_status(:'second'), 'notified', 'with an offer,');
select is(pg_temp.wait(:'carla', :'haircut'), null::uuid, 'one waits still');
select schnittwerk.accept_waitlist_offer('accept', :'second') \g /dev/null
select pg_temp.wait(:'carla', :'haircut', p_to => '2026-12-03') as third \gset
select isnt(:'third'::uuid, :'second', 'after booking there is a new entry');

-- nothing writes that the dates have passed
select pg_temp.now_is('2026-12-04 00:00+01') \g /dev/null
select is(pg_temp.entry_status(:'third'), 'active', 'when the dates have passed,');
select isnt(pg_temp.wait(:'carla', :'haircut'), null::uuid, 'a new entry needs no process_waitlist');
select is(pg_temp.entry_status(:'third'), 'expired', 'the old one has expired');

select * from finish();
rollback;
