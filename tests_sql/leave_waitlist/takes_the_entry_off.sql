begin;
select plan(13);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'carla', :'haircut') as carlas,
  pg_temp.wait(:'dora', :'haircut') as doras \gset
select schnittwerk.leave_waitlist('1', :'carlas') as answer \gset
select is(
  array[:'answer'::jsonb ->> 'http_status', :'answer'::jsonb #>> '{waitlist_entry,id}',
    :'answer'::jsonb #>> '{waitlist_entry,status}'],
  array['200', :'carlas', 'cancelled'], 'the answer has the cancelled entry'
);
select is(pg_temp.entry_status(:'carlas'), 'cancelled', 'the stored entry is cancelled');
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select is(pg_temp.offers(), 'Dora: Anna 02 10:00', 'an entry that has left is offered nothing');
select is(
  schnittwerk.leave_waitlist('1', :'carlas'), :'answer'::jsonb || '{"replayed": true}',
  'a retry gets the same answer'
);
select is(
  pg_temp.refusal(schnittwerk.leave_waitlist('1', :'doras')), '422 idempotency_key_reused',
  'reusing the key for another entry is refused'
);
select is(
  schnittwerk.leave_waitlist('2', :'carlas') - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 400, "code": "wrong_status",
    "error": "Status change failed", "details": "The waitlist entry is cancelled"
  }', 'an entry that has left cannot leave again'
);
select is(
  schnittwerk.leave_waitlist('2', :'carlas') ->> 'replayed', 'true',
  'a retry replays the refusal'
);

select is(
  schnittwerk.leave_waitlist('3', :'doras') #> '{waitlist_entry,offer}', 'null',
  'an entry that leaves loses its offer'
);
select is_empty('select from schnittwerk_core.occupancy', 'an entry that leaves holds no time');
select is(
  (select status from schnittwerk_core.waitlist_offer), 'withdrawn',
    'the offer of an entry that leaves is withdrawn');

-- an offer that has expired and does not say so
select pg_temp.wait(:'carla', :'haircut') as late \gset
select pg_temp.free(:'haircut', :'ben', '2026-12-02 10:00+01') \g /dev/null
select pg_temp.now_is('2026-12-01 10:00+01') \g /dev/null
select is(
  schnittwerk.leave_waitlist('4', :'late') #>> '{waitlist_entry,status}', 'cancelled',
  'an entry can leave after its offer has expired'
);
select is(
  (select count(*) from schnittwerk_core.waitlist_offer where status = 'open'), 0::bigint,
  'an entry that leaves has its expired offer closed'
);
select pg_temp.wait(:'dora', :'haircut') as last \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 14:00+01') \g /dev/null
select schnittwerk.accept_waitlist_offer('5', :'last') \g /dev/null
select is(
  schnittwerk.leave_waitlist('6', :'last') ->> 'details', 'The waitlist entry is booked',
  'an entry that is booked cannot leave'
);

select * from finish();
rollback;
