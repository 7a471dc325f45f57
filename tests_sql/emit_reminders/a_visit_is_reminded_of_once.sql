begin;
select plan(8);
\ir ../fixture.psql
\ir ../clock.psql
select pg_temp.now_is('2026-12-01 08:00+01') \g /dev/null
insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, visit_id, visit_item
)
select
  :'salon', :'carla', s.id, :'haircut', i.starts_at, i.starts_at + interval '1 hour', 75, i.visit,
  i.n
from (
  values
    -- the first two start together
    (1, :'anna'::uuid, '2026-12-03 10:00+01'::timestamptz, md5('a')::uuid),
    (2, :'ben', '2026-12-03 10:00+01', md5('a')::uuid),
    (3, :'ben', '2026-12-03 12:00+01', md5('a')::uuid),
    (1, :'anna', '2026-12-04 10:00+01', md5('b')::uuid),
    (2, :'ben', '2026-12-04 11:30+01', md5('b')::uuid)
) i (n, staff_id, starts_at, visit)
join schnittwerk_core.staff s on s.id = i.staff_id;
create function pg_temp.reminded(p_at timestamptz)
returns text
language sql
as $$
  select pg_temp.now_is(p_at);
  select schnittwerk.emit_reminders() ->> 'reminders'
$$;
create function pg_temp.set_status(p_visit text, p_item int, p_status text, p_at timestamptz)
returns void
language sql
as $$
  select pg_temp.now_is(p_at);
  update schnittwerk_core.appointments a
  set status = p_status
  where a.visit_id = md5(p_visit)::uuid and a.visit_item = p_item
$$;

select is(pg_temp.reminded('2026-12-02 09:59+01'), '0', 'a reminder of a visit has its time');
select is(pg_temp.reminded('2026-12-02 12:30+01'), '1',
  'a visit is reminded of once, whatever starts later in it');
select is(
  (
    select string_agg(e.data ->> 'visit_item', ' ')
    from schnittwerk_core.events e
    where e.type = 'appointment.reminder_due'
  ), '1', 'the event of a reminder is of the visit''s first item');
select pg_temp.set_status('a', 1, 'cancelled', '2026-12-02 13:00+01'),
  pg_temp.set_status('a', 2, 'cancelled', '2026-12-02 13:00+01') \g /dev/null
select is(pg_temp.reminded('2026-12-02 13:01+01'), '0',
  'a visit is not reminded of again when its first items are cancelled');

select pg_temp.set_status('b', 1, 'cancelled', '2026-12-02 13:00+01') \g /dev/null
select is(pg_temp.reminded('2026-12-03 11:00+01'), '0',
  'a cancelled item of a visit is not reminded of');
select is(pg_temp.reminded('2026-12-03 11:30+01'), '1',
  'a visit whose first item was cancelled before is reminded of by the next');

insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, visit_id, visit_item
)
values
  (:'salon', :'carla', :'anna', :'haircut', '2026-12-10 10:00+01', '2026-12-10 11:00+01', 75,
    md5('c')::uuid, 1),
  (:'salon', :'carla', :'ben', :'haircut', '2026-12-10 11:00+01', '2026-12-10 12:00+01', 75,
    md5('c')::uuid, 2);
select is(pg_temp.reminded('2026-12-10 10:01+01'), '0', 'a visit that has begun is not reminded of');
select pg_temp.set_status('c', 1, 'no_show', '2026-12-10 10:30+01') \g /dev/null
select is(pg_temp.reminded('2026-12-10 10:31+01'), '0',
  'a visit is not reminded of when its first item is missed');

select * from finish();
rollback;
