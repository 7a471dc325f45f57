begin;
select plan(10);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'carla', :'haircut', p_priority => 1) as carlas,
  pg_temp.wait(:'dora', :'haircut') as doras \gset
select is(
  schnittwerk.decline_waitlist_offer('never', :'carlas') - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 409, "code": "offer_expired",
    "error": "Waitlist offer failed", "details": "There is no open offer"
  }', 'declining for an entry without an offer is refused'
);
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select schnittwerk.decline_waitlist_offer('1', :'carlas') as answer \gset
select is(
  array[:'answer'::jsonb ->> 'http_status', :'answer'::jsonb #>> '{waitlist_entry,id}',
    :'answer'::jsonb #>> '{waitlist_entry,status}', :'answer'::jsonb #>> '{waitlist_entry,offer}'],
  array['200', :'carlas', 'active', null], 'an entry that declines is active, without an offer'
);
select is(pg_temp.offers(), 'Dora: Anna 02 10:00', 'the next entry is offered the slot');
select is(
  (select array_agg(claim_id) from schnittwerk_core.occupancy), array[:'doras'::uuid],
  'the next entry holds the time'
);
select is(
  schnittwerk.decline_waitlist_offer('1', :'carlas'), :'answer'::jsonb || '{"replayed": true}',
  'a retry gets the same answer'
);
select is(pg_temp.offers(), 'Dora: Anna 02 10:00',
  'a retry does not decline the next entry''s offer');
select is(
  pg_temp.refusal(schnittwerk.decline_waitlist_offer('1', :'doras')),
  '422 idempotency_key_reused', 'reusing the key for another entry is refused'
);
select is(
  pg_temp.refusal(schnittwerk.decline_waitlist_offer('2', :'carlas')), '409 offer_expired',
  'declining again with another key finds no open offer'
);
select is(
  schnittwerk.decline_waitlist_offer('never', :'carlas') ->> 'replayed', 'true',
  'a retry replays the refusal'
);
select pg_temp.now_is('2026-12-01 10:00+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.decline_waitlist_offer('3', :'doras')), '409 offer_expired',
  'an offer cannot be declined at the moment when it expires'
);

select * from finish();
rollback;
