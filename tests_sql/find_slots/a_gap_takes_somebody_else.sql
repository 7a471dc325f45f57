begin;
select plan(12);
\ir ../fixture.psql
\ir starts.psql
\ir disagreements.psql

-- A colour: half an hour with Anna, three quarters without, half an hour with her again, at a basin
-- for the last quarter.
insert into schnittwerk_core.unit (salon_id, name, pool, kind)
select :'salon', 'Basin ' || n, 'basin', 'equipment' from generate_series(1, 2) n;
select id as basin_1 from schnittwerk_core.unit order by id limit 1 \gset
select schnittwerk.set_business_settings('{"buffer_time_minutes": 15}') \g /dev/null
update schnittwerk_core.services
set duration_minutes = 105,
  steps = '{"(30,t)","(45,f)","(30,t)"}', needs = '{"(basin,1,90,105)"}'
where id = :'color';
select schnittwerk.save_service('Fringe', 15, 20, p_buffer_after_minutes => 0)
  #>> '{service,id}' as fringe \gset
select schnittwerk.set_staff_services(:'anna', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'color'),
  jsonb_build_object('service_id', :'fringe'))) \g /dev/null

select schnittwerk.create_booking('1', :'carla', :'color', '2026-12-02 10:00+01', :'anna')
  #>> '{appointment,id}' as first \gset
select is(
  (select array_agg(lower(o.during) at time zone 'Europe/Zurich'
      || ' ' || upper(o.during) at time zone 'Europe/Zurich' order by o.during, o.resource_id)
   from schnittwerk_core.occupancy o where o.claim_id = :'first'),
  array['2026-12-02 10:00:00 2026-12-02 10:30:00', '2026-12-02 11:15:00 2026-12-02 12:00:00',
    '2026-12-02 11:30:00 2026-12-02 11:45:00'],
  'a colour claims each run of its staff, the last with its buffer, and a basin for its minutes'
);
select is(
  (select u.resource_id from schnittwerk_core.appointments a cross join unnest(a.units) u
   where a.id = :'first'),
  :'basin_1', 'a booking takes the first free unit of the pool'
);
select matches(
  pg_temp.starts(:'fringe', :'anna', '2026-12-02', 15), '^09:00 09:15 09:30 09:45 10:30 10:45 11:00 13:00 ',
  'a service of somebody else is listed in the gap'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is_empty(
  format('select * from pg_temp.disagreements(%L, %L, %L)', service, :'anna', '2026-12-02'),
  'list, explanation and booking agree on ' || description
)
from (
  values
    (:'fringe', 'a short service around a colour'),
    (:'color', 'a colour around another'),
    (:'haircut', 'a haircut around a colour')
) t (service, description);
select pg_temp.become_superuser() \g /dev/null

select is(
  schnittwerk.create_booking('2', :'dora', :'fringe', '2026-12-02 10:30+01', :'anna')
    ->> 'http_status', '201', 'somebody else is booked into the gap'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is_empty(
  format('select * from pg_temp.disagreements(%L, %L, %L)', service, :'anna', '2026-12-02'),
  'list, explanation and booking agree once the gap is used, on ' || description
)
from (
  values (:'fringe', 'a short service'), (:'color', 'a colour')
) t (service, description);
select pg_temp.become_superuser() \g /dev/null

select is(
  schnittwerk.reschedule_booking('3', :'first', '2026-12-02 10:15+01') ->> 'code',
  'slot_conflict', 'a colour cannot move so that its staff are needed in the used gap'
);

-- The other basin is taken, the first is closed.
insert into schnittwerk_core.unit_closure (salon_id, unit_id, start_date, end_date, start_time)
values (:'salon', :'basin_1', '2026-12-03', '2026-12-03', '12:00');
update schnittwerk_core.unit set is_active = false where id <> :'basin_1';
select is(
  (select e.details from schnittwerk.explain_slot(:'color', :'anna', '2026-12-03 13:00+01') e
   where not e.passed),
  'No basin is free at this time', 'a refusal for want of a unit names the pool'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is_empty(
  format('select * from pg_temp.disagreements(%L, %L, %L)', :'color', :'anna', '2026-12-03'),
  'list, explanation and booking agree where a unit is closed'
);
select pg_temp.become_superuser() \g /dev/null

select * from finish();
rollback;
