begin;
select plan(6);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'dora', :'haircut') as id \gset
select is(
  schnittwerk.accept_waitlist_offer('never', :'id') - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 409, "code": "offer_expired",
    "error": "Waitlist offer failed", "details": "There is no open offer"
  }', 'accepting for an entry without an offer is refused'
);
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select pg_temp.now_is('2026-12-01 10:00+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('late', :'id')), '409 offer_expired',
  'an offer cannot be accepted at the moment when it expires'
);
select is(
  schnittwerk.accept_waitlist_offer('never', :'id') ->> 'replayed', 'true',
  'a retry replays the refusal although there is an offer now'
);
select is(
  (select count(*) from schnittwerk_core.appointments where status <> 'cancelled'), 0::bigint,
  'accepting too early and too late books nothing'
);
select pg_temp.now_is('2026-12-01 09:59:59+01') \g /dev/null
select is(
  schnittwerk.accept_waitlist_offer('late', :'id') ->> 'replayed', 'true',
  'a key refused as too late stays refused'
);
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('in time', :'id')), null,
  'an offer can be accepted a second before it expires'
);

select * from finish();
rollback;
