begin;
select plan(11);
\ir ../fixture.psql
\ir ../waitlist.psql

select pg_temp.wait(:'carla', :'color') as id \gset
select schnittwerk.update_waitlist_entry(
  'ben', :'id', jsonb_build_object('staff_id', :'ben')) as answer \gset
select is(
  :'answer'::jsonb - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 400, "code": "service_not_offered",
    "error": "Waitlist entry failed",
    "details": "This service is not offered by this member of staff"
  }', 'staff who do not perform the service are refused'
);
select is(
  schnittwerk.update_waitlist_entry('ben', :'id', jsonb_build_object('staff_id', :'ben')),
  :'answer'::jsonb || '{"replayed": true}', 'a retry replays the refusal'
);

select schnittwerk.update_waitlist_entry('1', :'id', '{"notes": "a"}') as answer \gset
select schnittwerk.update_waitlist_entry('2', :'id', '{"notes": "b"}') \g /dev/null
select is(
  schnittwerk.update_waitlist_entry('1', :'id', '{"notes": "a"}'),
  :'answer'::jsonb || '{"replayed": true}', 'a retry after a success gets the same answer'
);
select is((select notes from schnittwerk_core.waitlist), 'b',
  'a retry does not undo a later change');
select is(
  pg_temp.refusal(schnittwerk.update_waitlist_entry('1', :'id', '{"notes": "b"}')),
  '422 idempotency_key_reused', 'reusing the key with other changes is refused'
);

select schnittwerk.leave_waitlist('leave', :'id') \g /dev/null
select is(
  schnittwerk.update_waitlist_entry('3', :'id', '{"notes": "c"}')
    - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 400, "code": "wrong_status",
    "error": "Status change failed", "details": "The waitlist entry is cancelled"
  }', 'an entry that has left cannot be changed'
);
select is(
  (select notes from schnittwerk_core.waitlist), 'b',
  'a refused change leaves the entry unchanged'
);

select pg_temp.wait(:'dora', :'haircut') as booked \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select schnittwerk.accept_waitlist_offer('accept', :'booked') \g /dev/null
select is(
  schnittwerk.update_waitlist_entry('4', :'booked', '{}') ->> 'details',
  'The waitlist entry is booked', 'an entry that has booked cannot be changed'
);
select pg_temp.wait(:'dora', :'color', p_to => '2026-12-02') as late \gset
select pg_temp.now_is('2026-12-03 08:00+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.update_waitlist_entry(
    '5', :'late', '{"preferred_end_date": "2026-12-10"}')),
  null, 'an entry whose dates have passed can be prolonged until process_waitlist ends it'
);
select pg_temp.now_is('2026-12-11 08:00+01') \g /dev/null
select schnittwerk.process_waitlist() #>> '{waitlist,expired_entries}' as expired \gset
select is(:'expired'::text, '1', 'process_waitlist ends the entry as expired');
select is(
  schnittwerk.update_waitlist_entry('6', :'late', '{}') ->> 'details',
  'The waitlist entry is expired', 'an entry that has expired cannot be prolonged'
);

select * from finish();
rollback;
