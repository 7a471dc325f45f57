begin;
select plan(7);
\ir ../fixture.psql
\ir ../waitlist.psql

select
  schnittwerk.add_time_off(:'ben', '2026-12-02') #>> '{time_off,id}' as approved,
  schnittwerk.add_time_off(:'ben', '2026-12-03', p_is_approved => false)
    #>> '{time_off,id}' as asked,
  schnittwerk.add_time_off(:'anna', '2026-12-02', p_start_time => '14:00', p_end_time => '16:00')
    #>> '{time_off,id}' as hours,
  schnittwerk.create_booking('1', :'zoe', :'haircut', '2026-12-02 14:00+01') is not null as n \gset
select pg_temp.wait(:'dora', :'haircut') as d \gset
select schnittwerk.remove_time_off(:'asked') \g /dev/null
select is(pg_temp.offers(), null, 'removing time off that was not approved frees nothing');
select schnittwerk.remove_time_off(:'hours') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 14:00',
  'removed hours of time off are offered from their first start');
select pg_temp.wait(:'carla', :'haircut', p_priority => 1) as c \gset
select pg_temp.wait(:'zoe', :'haircut') as z \gset
select schnittwerk.remove_time_off(:'approved') \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Ben 02 09:00, Zoe: Ben 02 10:15, Dora: Anna 02 14:00',
  'a removed day off is offered from opening on, best entry first'
);
select is(
  (select count(*) from schnittwerk_core.waitlist_offer), 3::bigint,
  'no entry is offered two slots');
select schnittwerk.decline_waitlist_offer('no', :'c') \g /dev/null
select is(
  (select string_agg(o.status || to_char(o.starts_at at time zone 'Europe/Zurich', ' HH24:MI'), ', '
    order by o.starts_at) from schnittwerk_core.waitlist_offer o where o.entry_id = :'c'),
  'declined 09:00, open 11:30', 'an entry that declines a start is offered the next free one'
);
select schnittwerk.leave_waitlist('c', :'c') \g /dev/null
select pg_temp.wait(:'carla', :'haircut', :'ben', 5, p_from => '2026-12-02', p_to => '2026-12-02')
  as again \gset
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Zoe: Ben 02 10:15, Carla: Ben 02 11:45, Dora: Anna 02 14:00',
  'a new entry is not offered what the customer''s earlier entry was'
);
select schnittwerk.create_booking('2', :'zoe', :'haircut', '2026-12-02 16:00+01', :'ben')
  #>> '{appointment,status}' as status \gset
select is(:'status'::text, 'pending', 'a slot that is not offered can be booked by anybody');

select * from finish();
rollback;
