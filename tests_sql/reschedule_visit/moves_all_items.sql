begin;
select plan(19);
\ir ../fixture.psql
\ir ../clock.psql
\ir ../visit.psql
select schnittwerk.create_visit('1', :'carla', pg_temp.items(
  pg_temp.item(:'haircut', :'anna'), pg_temp.item(:'haircut', :'ben', true),
  pg_temp.item(:'haircut', :'anna')), '2026-12-03 09:00+01') as booked \gset
select :'booked'::jsonb #>> '{visit,id}' as visit, :'booked'::jsonb #>> '{visit,appointments,1,id}' as second \gset
create function pg_temp.plan(p_visit_id uuid)
returns text
language sql
as $$
  select string_agg(to_char(a.starts_at at time zone 'Europe/Zurich', 'DD HH24:MI'), ', ' order by a.visit_item)
  from schnittwerk_core.appointments a where a.visit_id = p_visit_id
$$;

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking('r', :'second', '2026-12-04 10:00+01')), '409 part_of_a_visit',
  'a customer cannot move an item of a visit alone'
);
select is(
  (select string_agg(e.rule, ', ') from schnittwerk.explain_slot(
    :'haircut', :'ben', '2026-12-04 10:00+01', :'second') e where not e.passed),
  'not part of a visit', 'explaining a move shows that the appointment is part of a visit'
);
select is_empty(
  format($$select from schnittwerk.find_slots(%L, '2026-12-04', p_appointment_id => %L)$$, :'haircut', :'second'),
  'a customer finds no slots for an item alone'
);
-- Onto its own time: an hour later the first item is where the third was.
select schnittwerk.reschedule_visit('m', :'visit', '2026-12-03 10:00+01', 'overslept') as answer \gset
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.plan(:'visit'), '03 10:00, 03 10:00, 03 11:00', 'all items of a visit move by the same time, onto its own'
);
select is(
  :'answer'::jsonb -> 'visit', schnittwerk.get_visit(:'visit') - 'fees', 'moving answers with the visit'
);
select is(
  (select array_agg(a.reschedule_count::int) from schnittwerk_core.appointments a where a.visit_id = :'visit'),
  '{1,1,1}', 'a customer''s move counts once for each item'
);
select is(
  (select string_agg(o.during::text, ' ') from schnittwerk_core.occupancy o where o.resource_id = :'anna'
    and upper(o.during) = '2026-12-03 11:00+01'),
  '["2026-12-03 09:00:00+00","2026-12-03 10:00:00+00")', 'the moved items claim no buffer between them')
from set_config('TimeZone', 'UTC', true);
select is(
  schnittwerk.reschedule_visit('t', :'visit', '2026-12-03 11:00+01') ->> 'code', 'staff_unavailable',
  'a move onto somebody''s break is refused'
);
select schnittwerk.create_booking('b', :'dora', :'haircut', '2026-12-04 10:30+01', :'ben') \g /dev/null
select is(
  schnittwerk.reschedule_visit('u', :'visit', '2026-12-04 10:00+01') ->> 'error', 'New time slot not available',
  'a move onto taken time is refused'
);
select is(
  pg_temp.refusal(schnittwerk.reschedule_visit('s', :'visit', '2026-12-03 10:00+01')), null,
  'a visit may stay where it is'
);

-- Its earliest item sets the deadline, 2 hours before.
select pg_temp.become_user(:'carla_user') \g /dev/null
select pg_temp.now_is('2026-12-03 08:30+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.reschedule_visit('l', :'visit', '2026-12-04 14:00+01')),
  '400 reschedule_deadline_passed', 'the deadline of a visit''s move is that of its earliest item'
);
select pg_temp.now_is('2026-12-02 12:00+01') \g /dev/null
select schnittwerk.reschedule_visit('m2', :'visit', '2026-12-07 10:00+01') ->> 'success' as done \gset
select is(:'done'::text, 'true', 'a visit can be moved after its cancellation deadline');
select is(
  pg_temp.refusal(schnittwerk.cancel_visit('c', :'visit')), '400 cancellation_deadline_passed',
  'a late move of a visit opens no new cancellation deadline'
);
select schnittwerk.reschedule_visit('m3', :'visit', '2026-12-08 10:00+01') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.reschedule_visit('m4', :'visit', '2026-12-09 10:00+01')),
  '400 reschedule_limit_reached', 'customers move a visit as often as agreed'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.reschedule_visit('m5', :'visit', '2026-12-09 10:00+01', p_override_reason => 'a favour')),
  null, 'the salon team passes the limit with a reason'
);
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking('x', :'second', '2026-12-09 14:00+01', p_override_reason => 'a favour')),
  null, 'the salon team moves an item alone with a reason'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.reschedule_visit('m6', :'visit', '2026-12-10 09:30+01') \g /dev/null
select is(
  pg_temp.plan(:'visit'), '10 09:30, 10 13:30, 10 10:30', 'the items keep their distances, whatever these are'
);
select is(
  pg_temp.who_may(format($$select schnittwerk.reschedule_visit('who', %L, '2026-12-11 09:30+01')$$, gen_random_uuid())),
  'customer(not_found) staff(not_found) receptionist(not_found) admin(not_found) service(not_found)',
  'an unknown visit cannot be moved'
);
select is(
  pg_temp.refusal(schnittwerk.reschedule_visit('', null, null, repeat('x', 2001))),
  '400 invalid_input: p_idempotency_key, p_visit_id, p_new_starts_at, p_reason',
  'one refusal names all invalid arguments of a move'
);
select * from finish();
rollback;
