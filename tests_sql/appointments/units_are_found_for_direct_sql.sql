begin;
select plan(3);
\ir ../fixture.psql
\ir owner.psql

-- Ids of one millisecond have no order, and the first basin is to have the lower one.
select
  schnittwerk.save_resource('Basin 1', p_pool => 'basin'),
  pg_sleep(0.001),
  schnittwerk.save_resource('Basin 2', p_pool => 'basin') \g /dev/null
select schnittwerk.set_service_resources(
  :'haircut', '[{"pool": "basin", "from_minute": 45}]') \g /dev/null
select schnittwerk.set_business_settings('{"buffer_time_minutes": 15}') \g /dev/null

create function pg_temp.unit_claims() returns text
language sql
as $$
  select string_agg(u.name || ' ' || to_char(o.starts_at at time zone 'Europe/Zurich', 'HH24:MI-')
    || to_char(o.ends_at at time zone 'Europe/Zurich', 'HH24:MI'), ', ' order by u.name, o.starts_at)
  from schnittwerk_core.occupancy o
  join schnittwerk_core.unit u on u.id = o.resource_id
$$;

select pg_temp.become_owner() \g /dev/null
select pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', '2026-12-02 10:00+01') \gexec
select is(
  pg_temp.unit_claims(), 'Basin 1 10:45-11:00', 'an inserted appointment claims a free unit'
);
insert into schnittwerk_core.appointments
  (salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price)
values
  (:'salon', :'carla', :'anna', :'haircut', '2026-12-02 10:30+01', '2026-12-02 11:00+01', 50);
select is(
  pg_temp.unit_claims(), 'Basin 1 10:45-11:00, Basin 2 10:30-11:15',
  'an appointment that ends before its service needs a unit has one for all of its time'
);
select is(
  pg_temp.broken_by(
    pg_temp.insertion(:'salon', :'carla', :'anna', :'haircut', '2026-12-02 10:00+01')),
  'appointments_find_free_units', 'an appointment is not inserted without a free unit'
);

select * from finish();
rollback;
