begin;
select plan(20);
\ir ../fixture.psql
\set visit '00000000-0000-4000-8000-000000000099'
select schnittwerk.set_contact_preferences(:'carla', 'en', '{"email": true}') \g /dev/null

insert into schnittwerk_core.appointments (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, visit_id, visit_item
)
values
  (:'salon', :'carla', :'anna', :'color', '2026-12-03 10:00+01', '2026-12-03 12:00+01', 140.50,
    :'visit', 1),
  (:'salon', :'carla', :'ben', :'haircut', '2026-12-03 12:00+01', '2026-12-03 13:00+01', 75,
    :'visit', 2),
  (:'salon', :'carla', :'anna', :'haircut', '2026-12-03 13:00+01', '2026-12-03 14:00+01', 60,
    :'visit', 3),
  (:'salon', :'carla', :'ben', :'haircut', '2026-12-10 10:00+01', '2026-12-10 11:00+01', 75,
    null, null);

-- The newest event of a type, of an item of the visit; item 0 is the appointment that is in none.
create function pg_temp.event(p_type text, p_item int)
returns schnittwerk_core.events
language sql
as $$
  select e
  from schnittwerk_core.events e
  where e.type = 'appointment.' || p_type
    and coalesce((e.data ->> 'visit_item')::int, 0) = p_item
  order by e.number desc
  limit 1
$$;
-- Its delivery, as dispatch_events makes it.
create function pg_temp.delivery(p_event schnittwerk_core.events)
returns schnittwerk_core.event_delivery
language sql
as $$
  select jsonb_populate_record(null::schnittwerk_core.event_delivery, jsonb_build_object(
    'salon_id', (p_event).salon_id, 'target', 'mail', 'channel', 'email',
    'event_number', (p_event).number,
    'subject_id', coalesce((p_event).data ->> 'visit_id', (p_event).subject_id::text)))
$$;
create function pg_temp.message(p_type text, p_item int, out message jsonb, out skip_reason text)
language sql
as $$
  select m.message, m.skip_reason
  from pg_temp.event(p_type, p_item) e
  cross join lateral schnittwerk_core.customer_message(e, pg_temp.delivery(e)) m
$$;
create function pg_temp.items(p_key text, p_type text, p_item int)
returns text
language sql
as $$
  select string_agg(concat_ws(' ', i #>> '{service,name}', i #>> '{staff,full_name}',
    i #>> '{local_times,starts_at}', i #>> '{local_times,ends_at}', i ->> 'starts_at',
    i ->> 'price'), '; ' order by n)
  from pg_temp.message(p_type, p_item) m
  cross join lateral jsonb_array_elements(m.message #> array['visit', p_key])
    with ordinality l (i, n)
$$;
create function pg_temp.visit(p_type text, p_item int)
returns text
language sql
as $$
  select concat_ws(' ', v ->> 'sequence', v ->> 'status', v ->> 'price')
  from pg_temp.message(p_type, p_item) m
  cross join lateral (select m.message -> 'visit') s (v)
$$;

select is(
  pg_temp.items('appointments', 'created', 1),
  'Color Anna 2026-12-03T10:00:00 2026-12-03T12:00:00 2026-12-03T09:00:00Z 140.50; '
  || 'Haircut Ben 2026-12-03T12:00:00 2026-12-03T13:00:00 2026-12-03T11:00:00Z 75.00; '
  || 'Haircut Anna 2026-12-03T13:00:00 2026-12-03T14:00:00 2026-12-03T12:00:00Z 60.00',
  'a message about one item lists all items of the visit');
select is(pg_temp.visit('created', 1), '3 pending 275.50',
  'a message has the total price of the visit');
select is((pg_temp.message('created', 1)).message #>> '{visit,id}', :'visit',
  'a message has the id of the visit');
select is((pg_temp.message('created', 0)).message -> 'visit', 'null',
  'a message about an appointment booked alone has no visit');
select is((pg_temp.message('created', 0)).message #>> '{service,name}', 'Haircut',
  'a message about an appointment booked alone has its service');

update schnittwerk_core.appointments set status = 'confirmed' where visit_item = 1;
select is((pg_temp.message('confirmed', 1)).skip_reason, 'outdated',
  'a visit is not confirmed while an item is pending');
select is(pg_temp.visit('created', 1), '4 pending 275.50',
  'a visit is pending while an item is pending');
update schnittwerk_core.appointments set status = 'confirmed' where visit_item in (2, 3);
select is(pg_temp.visit('confirmed', 3), '6 confirmed 275.50',
  'a visit is confirmed with its last pending item');
insert into schnittwerk_core.event_delivery (
  salon_id, event_id, occurred_at, event_number, subject_id, target, channel
)
select e.salon_id, e.id, e.occurred_at, e.number, :'visit', t.name, 'email'
from pg_temp.event('confirmed', 3) e
cross join (values ('other')) t (name);
select is((pg_temp.message('confirmed', 2)).skip_reason, null,
  'a message is current while only another target waits for a later one');
update schnittwerk_core.event_delivery set target = 'mail';
select is((pg_temp.message('confirmed', 2)).skip_reason, 'outdated',
  'a message that waits makes an earlier one of the same type outdated');
select is((pg_temp.message('confirmed', 3)).skip_reason, null,
  'a message that waits does not make itself outdated');
select is((pg_temp.message('created', 1)).skip_reason, null,
  'a message that waits makes none of another type outdated');
update schnittwerk_core.event_delivery set status = 'delivered';
select is((pg_temp.message('confirmed', 2)).skip_reason, null,
  'a delivered message does not make another outdated');

update schnittwerk_core.appointments
set starts_at = '2026-12-03 14:00+01', ends_at = '2026-12-03 15:00+01'
where visit_item = 2;
select is(
  pg_temp.items('appointments', 'rescheduled', 2),
  'Color Anna 2026-12-03T10:00:00 2026-12-03T12:00:00 2026-12-03T09:00:00Z 140.50; '
  || 'Haircut Anna 2026-12-03T13:00:00 2026-12-03T14:00:00 2026-12-03T12:00:00Z 60.00; '
  || 'Haircut Ben 2026-12-03T14:00:00 2026-12-03T15:00:00 2026-12-03T13:00:00Z 75.00',
  'a message about a moved item lists the visit as it is now');
update schnittwerk_core.appointments set status = 'cancelled' where visit_item = 1;
select is(pg_temp.visit('cancelled', 1), '8 confirmed 135.00',
  'the total leaves out cancelled items');
select is(
  pg_temp.items('cancelled', 'cancelled', 1),
  'Color Anna 2026-12-03T10:00:00 2026-12-03T12:00:00 2026-12-03T09:00:00Z 140.50',
  'a cancellation names the items that it cancelled');
select is(pg_temp.items('cancelled', 'rescheduled', 2), null,
  'a message about a move names no cancelled items');

update schnittwerk_core.appointments set status = 'cancelled' where visit_item in (2, 3);
select is((pg_temp.message('created', 1)).skip_reason, 'outdated',
  'a visit that is cancelled is told by its cancellation only');
select is(pg_temp.visit('cancelled', 3), '10 cancelled 0',
  'a visit is cancelled with its last item');
select is((pg_temp.message('cancelled', 3)).message #> '{visit,appointments}', '[]',
  'the message about a cancelled visit lists no appointments');

select * from finish();
rollback;
