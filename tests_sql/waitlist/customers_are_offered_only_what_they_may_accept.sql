begin;
select plan(14);
\ir ../fixture.psql
\ir ../waitlist.psql

-- Carla waits for five services that Anna performs
select schnittwerk.save_service('Service ' || n, 60, 50)
from generate_series(1, 5) n \g /dev/null
select schnittwerk.set_staff_services(:'anna', (
  select jsonb_agg(jsonb_build_object('service_id', v.id))
  from schnittwerk_core.services v
)) \g /dev/null
select schnittwerk.set_policy('max_open_bookings_per_customer', '1'),
  schnittwerk.add_time_off(:'anna', '2026-12-02') #>> '{time_off,id}' as absence \gset
select pg_temp.wait(:'carla', v.id, p_priority => 1)
from schnittwerk_core.services v where v.name like 'Service%' \g /dev/null
select pg_temp.wait(:'dora', :'haircut') as d \gset
select schnittwerk.remove_time_off(:'absence') \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Anna 02 09:00, Dora: Anna 02 10:15',
  'a customer who may book once more is offered only one slot'
);
select entry_id as c from schnittwerk_core.waitlist_offer where starts_at = '2026-12-02 09:00+01' \gset
select schnittwerk.process_waitlist() #>> '{waitlist,new_offers}' as new \gset
select is(:'new'::text, '0', 'no later call offers the customer a second slot');
select schnittwerk.accept_waitlist_offer('accept', :'c') #>> '{appointment,id}' as booked \gset
select schnittwerk.process_waitlist() #>> '{waitlist,new_offers}' as new \gset
select is(:'new'::text, '0', 'after accepting, the customer is offered no second slot');
select schnittwerk.set_policy('max_open_bookings_per_customer', '0'),
  schnittwerk.set_policy('max_bookings_per_customer_and_day', '2') \g /dev/null
select schnittwerk.process_waitlist() #>> '{waitlist,new_offers}' as new \gset
select is(
  :'new'::text, '1', 'bookings and open offers of the day count for the limit of bookings a day');
select schnittwerk.set_policy('max_bookings_per_customer_and_day', '0') \g /dev/null

-- who is busy
select schnittwerk.leave_waitlist(w.id::text, w.id)
from schnittwerk_core.waitlist w where w.status in ('active', 'notified') \g /dev/null
delete from schnittwerk_core.freed_time;
select schnittwerk.save_customer('Emil') #>> '{customer,id}' as emil \gset
select schnittwerk.create_booking(
  'busy', :'carla', :'haircut', '2026-12-03 10:30+01', :'ben') \g /dev/null
select pg_temp.now_is('2026-12-01 12:00+01'),
  schnittwerk.set_policy('waitlist_notification_hours', '72') \g /dev/null
select pg_temp.wait(:'carla', :'haircut', :'anna', 1, '{10:00}') as c,
  pg_temp.wait(:'emil', :'haircut', :'anna', 0, '{10:00}') as e \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-03 10:00+01') \g /dev/null
select is(
  pg_temp.offers(), 'Emil: Anna 03 10:00',
  'a customer with an appointment at that time is passed over'
);
select is(pg_temp.entry_status(:'c'), 'active', 'an entry that was passed over stays active');
select schnittwerk.update_waitlist_entry(
  'later', :'c', '{"preferred_times": ["09:00", "11:30"]}') \g /dev/null
select pg_temp.free(:'haircut', :'anna', '2026-12-03 11:30+01') \g /dev/null
select is(
  pg_temp.offers(), 'Emil: Anna 03 10:00',
  'a slot that does not fit before the break is not offered');
select schnittwerk.update_waitlist_entry(
  'ben', :'c', jsonb_build_object('staff_id', :'ben')) \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-03 09:00+01') \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Ben 03 09:00, Emil: Anna 03 10:00',
  'an appointment that begins when the slot ends does not conflict'
);
select id as other_service from schnittwerk_core.services where name = 'Service 1' \gset
select pg_temp.wait(:'carla', :'other_service', p_times => '{09:30}') as both \gset
select schnittwerk.leave_waitlist('e', :'e') \g /dev/null
insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
values (:'salon', :'anna', '[2026-12-03 08:00+01, 2026-12-03 12:00+01)', true);
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Ben 03 09:00',
  'a customer with an open offer for that time is passed over'
);
select schnittwerk.update_waitlist_entry(
  'elsewhen', :'both', '{"preferred_times": ["14:00"]}') \g /dev/null
insert into schnittwerk_core.freed_time (salon_id, staff_id, during, is_on_grid)
values (:'salon', :'anna', '[2026-12-03 13:00+01, 2026-12-03 18:00+01)', true);
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Ben 03 09:00, Carla: Anna 03 14:00',
  'an open offer for another time does not conflict');

-- by another entry
select schnittwerk.leave_waitlist('both', :'both') \g /dev/null
select pg_temp.wait(:'carla', :'other_service', p_times => '{14:00}') as again \gset
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Ben 03 09:00',
  'a customer who leaves and joins again is not offered the same start'
);
select pg_temp.wait(:'dora', :'other_service', p_times => '{14:00}') as other \gset
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Ben 03 09:00, Dora: Anna 03 14:00',
  'another customer is offered a start that was offered before');

-- without the policy
select schnittwerk.create_booking('emils', :'emil', :'haircut', '2026-12-03 16:00+01', :'ben')
  \g /dev/null
select pg_temp.wait(:'emil', :'haircut', :'anna', p_times => '{16:00}') \g /dev/null
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Ben 03 09:00, Dora: Anna 03 14:00',
  'under the policy a busy customer is offered nothing for that time');
select schnittwerk.set_policy('prevent_customer_overlap', 'false') \g /dev/null
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Ben 03 09:00, Dora: Anna 03 14:00, Emil: Anna 03 16:00',
  'without the policy a customer is offered time at which they are busy');

select * from finish();
rollback;
