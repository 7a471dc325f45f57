begin;
select plan(16);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.hold_slot('1', :'haircut', '2026-12-02 10:00+01', :'anna', :'carla')
  #>> '{hold,id}' as carlas,
  schnittwerk.hold_slot('2', :'haircut', '2026-12-02 10:00+01', :'ben', :'dora')
  #>> '{hold,id}' as doras,
  schnittwerk.hold_slot('3', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{hold,id}' as nobodys \gset
select is(
  pg_temp.who_may(format('select schnittwerk.release_hold(%L, %L) as answer', '1', hold)),
  callers, description
)
from (
  values
    (:'carlas', 'customer staff receptionist admin service',
      'customers release their own hold, the salon team any'),
    (:'doras', 'customer(not_found) staff receptionist admin service',
      'the hold of another customer is unknown to customers'),
    (:'nobodys', 'customer(not_found) staff receptionist admin service',
      'the salon team''s hold is unknown to customers')
) t (hold, callers, description);
select is(
  pg_temp.refusal(schnittwerk.release_hold('', null)),
  '400 invalid_input: p_idempotency_key, p_hold_id', 'a key and a hold are required'
);
select is(
  pg_temp.refusal(schnittwerk.release_hold('x', :'anna')), '404 not_found',
  'an unknown hold is not released'
);

-- Who waits is offered the time at once.
select pg_temp.wait(:'dora', :'haircut', :'anna') as entry \gset
select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.release_hold('1', :'carlas') as answer \gset
select is(
  :'answer'::jsonb #>> '{hold,id}' || ' ' || (:'answer'::jsonb #>> '{hold,status}'),
  :'carlas' || ' released', 'the released hold is answered'
);
select is(:'answer'::jsonb ->> 'http_status', '200', 'releasing a hold creates nothing');
select is(
  schnittwerk.release_hold('1', :'carlas') ->> 'replayed', 'true',
  'a retry of a release gets the same answer'
);
select is(
  schnittwerk.release_hold('2', :'carlas') - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 409, "code": "hold_expired",
    "error": "Hold release failed", "details": "The slot is no longer held"
  }', 'a released hold is not released again'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.offers(), null, 'who holds a slot then is not offered another at that time'
);
select schnittwerk.release_hold('d', :'doras') \g /dev/null
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 10:00', 'the time of a released hold is offered to the waitlist'
);
select schnittwerk.hold_slot('4', :'haircut', '2026-12-02 14:00+01', :'anna', :'carla')
  #>> '{hold,id}' as carlas,
  pg_temp.wait(:'zoe', :'haircut', :'anna', p_times => '{14:00}') as zoes \gset
select schnittwerk.release_hold('5', :'carlas') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 10:00, Zoe: Anna 02 14:00',
  'a release offers the time in the same call'
);
select schnittwerk.leave_waitlist('z', :'zoes') \g /dev/null
select schnittwerk.hold_slot('6', :'haircut', '2026-12-02 16:00+01', :'anna', :'carla') \g /dev/null
select pg_temp.wait(:'zoe', :'haircut', :'anna', p_times => '{16:00}') \g /dev/null
select schnittwerk.hold_slot('7', :'haircut', '2026-12-04 16:00+01', :'anna', :'carla')
  #>> '{hold,id}' as carlas \gset
select is(
  pg_temp.offers(), 'Dora: Anna 02 10:00, Zoe: Anna 02 16:00',
  'the time of a replaced hold is offered at once'
);
select pg_temp.now_is('2026-12-01 08:10+01') \g /dev/null
select is(
  schnittwerk.release_hold('8', :'carlas') ->> 'code', 'hold_expired',
  'a lapsed hold is not released'
);
select results_eq(
  format($$
    select e.type from schnittwerk_core.events e where e.subject_id = %L order by e.number
  $$, :'doras'),
  $$values ('hold.made'), ('hold.released')$$, 'making and releasing a hold are events'
);
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select is(
  pg_temp.refusal(schnittwerk.release_hold('9', :'nobodys', :'other')), '404 not_found',
  'the hold of another salon is unknown'
);

select * from finish();
rollback;
