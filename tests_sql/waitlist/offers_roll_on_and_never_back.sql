begin;
select plan(14);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.save_customer('Emil') #>> '{customer,id}' as emil,
  schnittwerk.save_customer('Finn') #>> '{customer,id}' as finn \gset
select
  pg_temp.wait(:'dora', :'haircut', p_priority => 3, p_times => '{10:00}') as d,
  pg_temp.wait(:'carla', :'haircut', p_priority => 2, p_times => '{10:00}') as c,
  pg_temp.wait(:'emil', :'haircut', p_priority => 1, p_times => '{10:00}') as e \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select is(pg_temp.offers(), 'Dora: Anna 02 10:00', 'the first entry is offered the slot');
select schnittwerk.decline_waitlist_offer('1', :'d') \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Anna 02 10:00',
  'declining offers the slot to the second entry'
);
select is(pg_temp.entry_status(:'d'), 'active', 'the entry that declined stays active');
select pg_temp.now_is('2026-12-01 10:00+01') \g /dev/null
select is(pg_temp.offers(), null, 'an expired offer is not replaced at once');
select is(
  schnittwerk.process_waitlist() -> 'waitlist',
  '{"lapsed_holds": 0, "expired_offers": 1, "expired_entries": 0, "new_offers": 1}',
  'process_waitlist replaces an expired offer'
);
select is(pg_temp.offers(), 'Emil: Anna 02 10:00', 'the third entry is offered the slot');
select is(pg_temp.entry_status(:'c'), 'active', 'the entry whose offer expired stays active');
select schnittwerk.leave_waitlist('2', :'e') \g /dev/null
select is(pg_temp.offers(), null, 'leaving as the last entry offers the slot to nobody');
select schnittwerk.process_waitlist() \g /dev/null
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select is(
  pg_temp.offers(), null,
  'a slot that is freed once more is not offered to the same entries'
);
select results_eq(
  $$
    select c.full_name, o.status
    from schnittwerk_core.waitlist_offer o
    join schnittwerk_core.waitlist w on w.id = o.entry_id
    join schnittwerk_core.customers c on c.id = w.customer_id
    order by w.priority desc
  $$,
  $$values ('Dora', 'declined'), ('Carla', 'expired'), ('Emil', 'withdrawn')$$,
  'every offer has its outcome'
);
select is_empty('select from schnittwerk_core.occupancy',
  'no time is held after all offers have ended');
select pg_temp.free(:'haircut', :'ben', '2026-12-02 10:00+01') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Ben 02 10:00',
  'an entry that declined a start is offered it with other staff'
);

-- leaving hands on to the next
select schnittwerk.leave_waitlist('3', :'d') \g /dev/null
select is(pg_temp.offers(), 'Carla: Ben 02 10:00', 'leaving offers the slot to the next entry');

-- who joined after the time was freed
select pg_temp.now_is('2026-12-01 10:05+01') \g /dev/null
select pg_temp.wait(:'finn', :'haircut', :'anna') as late \gset
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Finn: Anna 02 10:00, Carla: Ben 02 10:00',
  'an entry that joins later is offered what is still free'
);

select * from finish();
rollback;
