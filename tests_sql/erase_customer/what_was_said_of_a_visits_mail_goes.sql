begin;
select plan(2);
\ir ../fixture.psql
\ir ../clock.psql
insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, visit_id, visit_item
)
values
  (:'salon', :'carla', :'anna', :'haircut', '2026-12-02 10:00+01', '2026-12-02 11:00+01', 75,
    md5('carla')::uuid, 1),
  (:'salon', :'dora', :'ben', :'haircut', '2026-12-02 10:00+01', '2026-12-02 11:00+01', 75,
    md5('dora')::uuid, 1);
-- as end_delivery leaves them
insert into schnittwerk_core.event_delivery (
  salon_id, event_id, occurred_at, event_number, subject_id, target, channel, status, last_error
)
select e.salon_id, e.id, e.occurred_at, e.number, (e.data ->> 'visit_id')::uuid, 'mail', 'email',
  'parked', '550 no such person'
from schnittwerk_core.events e
where e.type = 'appointment.created';
select pg_temp.now_is('2026-12-03 10:00+01') \g /dev/null
select is(schnittwerk.erase_customer(:'carla') #>> '{erased,deliveries}', '1',
  'erasing counts the messages about a visit');
select is(
  (select string_agg(concat_ws(' ', c.full_name, d.last_error), ', ' order by c.full_name)
   from schnittwerk_core.event_delivery d
   join schnittwerk_core.appointments a on a.visit_id = d.subject_id
   join schnittwerk_core.customers c on c.id = a.customer_id),
  'Dora 550 no such person, Erased customer',
  'erasing empties the errors of one customer''s messages about a visit');

select * from finish();
rollback;
