begin;
select plan(12);
\ir ../fixture.psql
\ir ../waitlist.psql

select is(
  schnittwerk.process_waitlist() - 'correlation_id',
  '{
    "success": true, "operation_id": null, "replayed": false, "http_status": 200,
    "waitlist": {"lapsed_holds": 0, "expired_offers": 0, "expired_entries": 0, "new_offers": 0}
  }', 'a call with nothing to do answers zeros'
);
select
  pg_temp.wait(:'carla', :'haircut', p_priority => 1, p_to => '2026-12-02') as a,
  pg_temp.wait(:'dora', :'haircut', p_to => '2026-12-02') as b,
  pg_temp.wait(:'dora', :'color', p_to => '2026-12-01') as c,
  pg_temp.wait(:'carla', :'color', p_priority => 2, p_to => '2026-12-03') as d \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 17:00+01') \g /dev/null
select is(
  schnittwerk.process_waitlist() -> 'waitlist',
  '{"lapsed_holds": 0, "expired_offers": 0, "expired_entries": 0, "new_offers": 0}',
  'an offered slot is not offered again'
);
select pg_temp.now_is('2026-12-01 09:59:59+01') \g /dev/null
select is(
  schnittwerk.process_waitlist() #>> '{waitlist,expired_offers}', '0',
  'an offer stays open until it expires'
);
select pg_temp.now_is('2026-12-01 10:00+01') \g /dev/null
select is(
  schnittwerk.process_waitlist() -> 'waitlist',
  '{"lapsed_holds": 0, "expired_offers": 1, "expired_entries": 0, "new_offers": 1}',
  'an offer expires and the slot is offered again'
);
select is(pg_temp.offers(), 'Dora: Anna 02 17:00',
  'the slot of an expired offer goes to the next entry');
select pg_temp.now_is('2026-12-02 00:00+01') \g /dev/null
select is(
  schnittwerk.process_waitlist() -> 'waitlist',
  '{"lapsed_holds": 0, "expired_offers": 1, "expired_entries": 1, "new_offers": 0}',
  'an entry expires when its last date has passed in the salon''s zone'
);
select is(pg_temp.entry_status(:'c'), 'expired',
  'an entry whose last date has passed is stored as expired');
select is(
  array[pg_temp.entry_status(:'a'), pg_temp.entry_status(:'b')], '{active,active}',
  'entries whose last date has not passed stay active'
);
-- an entry with an offer that nobody touched until its dates had passed
select pg_temp.free(:'color', :'anna', '2026-12-02 14:00+01') \g /dev/null
select is(
  pg_temp.entry_status(:'d'), 'notified',
  'an entry whose dates have passed keeps an open offer'
);
select pg_temp.now_is('2026-12-05 08:00+01') \g /dev/null
select is(
  schnittwerk.process_waitlist() -> 'waitlist',
  '{"lapsed_holds": 0, "expired_offers": 1, "expired_entries": 3, "new_offers": 0}',
  'an entry expires in the same call as its offer'
);
select is_empty(
  'select from schnittwerk_core.freed_time',
  'freed time that has passed is forgotten'
);
select is_empty('select from schnittwerk_core.occupancy',
  'no time is held once all offers have expired');

select * from finish();
rollback;
