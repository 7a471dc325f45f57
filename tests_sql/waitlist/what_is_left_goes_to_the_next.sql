begin;
select plan(5);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.save_service('Perm', 180, 200) #>> '{service,id}' as perm,
  schnittwerk.save_customer('Emil') #>> '{customer,id}' as emil,
  schnittwerk.save_customer('Finn') #>> '{customer,id}' as finn \gset
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'perm')
)) \g /dev/null
select pg_temp.wait(:'carla', :'haircut', p_priority => 3),
  pg_temp.wait(:'dora', :'haircut', p_priority => 2),
  pg_temp.wait(:'emil', :'haircut', p_priority => 1),
  pg_temp.wait(:'finn', :'haircut') \g /dev/null
select pg_temp.free(:'perm', :'ben', '2026-12-02 14:10+01') \g /dev/null
select is(
  pg_temp.offers(),
  'Carla: Ben 02 14:10, Dora: Ben 02 15:30, Emil: Ben 02 16:45',
  'three freed hours serve three entries, from the freed start on'
);
select is(
  schnittwerk.process_waitlist() #>> '{waitlist,new_offers}', '0',
  'no more slots are offered than fit');
select is(
  (select count(*) from schnittwerk_core.occupancy where expires_at is not null), 3::bigint,
  'each of three offered slots is held'
);

-- what is too short for the best entry goes to one whom it is enough for
select schnittwerk.leave_waitlist(w.id::text, w.id) from schnittwerk_core.waitlist w \g /dev/null
delete from schnittwerk_core.freed_time;
select pg_temp.wait(:'carla', :'perm', p_priority => 9), 
  pg_temp.wait(:'emil', :'haircut', :'ben') \g /dev/null
select schnittwerk.create_booking('next', :'dora', :'haircut', '2026-12-03 11:15+01', :'ben') \g /dev/null
select pg_temp.now_is('2026-12-01 12:00+01') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-03 10:00+01') \g /dev/null
select is(
  pg_temp.offers(), 'Emil: Ben 03 10:00',
  'a slot goes to the best entry whose service fits into it');
select is(
  (select status from schnittwerk_core.waitlist where service_id = :'perm'
    and status <> 'cancelled'), 'active', 'an entry whose service does not fit stays active'
);

select * from finish();
rollback;
