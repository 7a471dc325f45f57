begin;
select plan(8);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.hold_slot('1', :'haircut', '2026-12-02 10:00+01', :'anna', :'carla')
  #>> '{hold,id}' as carlas,
  schnittwerk.hold_slot('2', :'haircut', '2026-12-02 14:00+01', :'ben')
  #>> '{hold,id}' as nobodys \gset
select pg_temp.wait(:'dora', :'haircut', :'anna', p_times => '{10:00}'),
  pg_temp.wait(:'zoe', :'haircut', :'ben', p_times => '{14:00}') \g /dev/null
select is(
  schnittwerk.process_waitlist() -> 'waitlist',
  '{"lapsed_holds": 0, "expired_offers": 0, "expired_entries": 0, "new_offers": 0}',
  'the time of an open hold is offered to nobody'
);
select pg_temp.now_is('2026-12-01 08:10+01') \g /dev/null
select is(
  schnittwerk.process_waitlist() -> 'waitlist',
  '{"lapsed_holds": 2, "expired_offers": 0, "expired_entries": 0, "new_offers": 1}',
  'all holds whose time is up end, and the time of one member of staff is offered'
);
select is(
  schnittwerk.process_waitlist() -> 'waitlist',
  '{"lapsed_holds": 0, "expired_offers": 0, "expired_entries": 0, "new_offers": 1}',
  'the next call offers the time of the next'
);
select is(
  pg_temp.offers(), 'Dora: Anna 02 10:00, Zoe: Ben 02 14:00',
  'what lapsed holds kept is offered to those who wait'
);
select is(
  (select array_agg(distinct h.status) from schnittwerk_core.hold h), '{lapsed}',
  'holds whose time is up have lapsed'
);
select is(
  (select count(*)::int from schnittwerk_core.occupancy o where o.claim_id in (:'carlas', :'nobodys')),
  0, 'lapsed holds claim nothing'
);
select results_eq(
  format($$
    select e.type from schnittwerk_core.events e where e.subject_id = %L order by e.number
  $$, :'carlas'),
  $$values ('hold.made'), ('hold.lapsed')$$, 'that a hold has lapsed is an event'
);
select is(
  schnittwerk.process_waitlist() -> 'waitlist',
  '{"lapsed_holds": 0, "expired_offers": 0, "expired_entries": 0, "new_offers": 0}',
  'a hold lapses once'
);

select * from finish();
rollback;
