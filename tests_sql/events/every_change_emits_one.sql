-- Rows written by hand emit as those of the API do.
begin;
select plan(18);
\ir ../fixture.psql
set constraints all immediate;
-- The events since the last call.
create temporary table seen (n bigint);
create temporary view events as
select e.* from schnittwerk_core.events e where e.number not in (select n from seen);
create function pg_temp.emitted()
returns text
language sql
as $$
  with told as (insert into seen select e.number from pg_temp.events e returning n)
  select string_agg(e.type, ' ' order by e.number)
  from told t join schnittwerk_core.events e on e.number = t.n
$$;
select pg_temp.emitted() \g /dev/null

insert into schnittwerk_core.appointments as a (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price, notes
)
values (
  :'salon', :'carla', :'anna', :'haircut', '2026-12-03 10:00+01', '2026-12-03 11:00+01', 75,
  'Carla is allergic'
)
returning a.id as appointment \gset
select is(
  (
    select e.data - '{id,created_at,updated_at}'::text[] ?| '{notes,cancellation_reason,full_name}'
    from pg_temp.events e
  ),
  false, 'the event of an appointment has no free text and no names'
);
select is(
  (select e.data ->> 'starts_at' from pg_temp.events e), '2026-12-03T09:00:00Z',
    'times in events are UTC');
select is(pg_temp.emitted(), 'appointment.created', 'a new appointment emits appointment.created');
update schnittwerk_core.appointments set status = 'confirmed' where id = :'appointment';
update schnittwerk_core.appointments
set starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'
where id = :'appointment';
select is(
  (
    select e.data ->> 'previous_starts_at' from pg_temp.events e
    where e.type = 'appointment.rescheduled'
  ),
  '2026-12-03T09:00:00Z', 'appointment.rescheduled has the previous start'
);
update schnittwerk_core.appointments set price = 80 where id = :'appointment';
update schnittwerk_core.appointments set status = 'cancelled' where id = :'appointment';
select is(
  pg_temp.emitted(),
  'appointment.confirmed appointment.rescheduled appointment.changed appointment.cancelled',
  'the changes of an appointment emit events in order'
);
insert into schnittwerk_core.appointments as a (
  salon_id, customer_id, staff_id, service_id, starts_at, ends_at, price
)
values (:'salon', :'carla', :'anna', :'haircut', '2026-12-04 10:00+01', '2026-12-04 11:00+01', 75)
returning a.id as appointment \gset
select pg_temp.emitted() \g /dev/null
update schnittwerk_core.appointments
set status = 'confirmed', staff_id = :'ben', starts_at = '2026-12-04 10:30+01'
where id = :'appointment';
select is(
  (select (e.type, e.data ->> 'previous_staff_id', e.data ->> 'previous_starts_at',
    e.data ->> 'previous_ends_at')::text from pg_temp.events e),
  ('appointment.confirmed', :'anna', '2026-12-04T09:00:00Z', '2026-12-04T10:00:00Z')::text,
  'a change of status and time at once is one event, with the previous time');
delete from schnittwerk_core.appointments where id = :'appointment';
select is(
  pg_temp.emitted(), 'appointment.confirmed appointment.deleted',
  'a deleted appointment emits appointment.deleted');

select schnittwerk.create_holiday('Summer', '2027-07-01') #>> '{holiday,id}' as holiday \gset
select schnittwerk.update_holiday(:'holiday', '{"name": "Late summer"}') \g /dev/null
select schnittwerk.delete_holiday(:'holiday') \g /dev/null
select is(
  pg_temp.emitted(), 'holiday.created holiday.updated holiday.deleted',
  'a holiday emits created, updated and deleted');
select schnittwerk.create_holiday('Course', '2027-07-01', p_affects_all_staff => false,
  p_staff_ids => array[:'ben']::uuid[]) #>> '{holiday,id}' as holiday \gset
select is(
  (select e.data - '{name,date}'::text[] from pg_temp.events e),
  (select schnittwerk_core.holiday_json(h) - '{name,date,description}'::text[]
   from schnittwerk_core.holidays h),
  'holiday.created has the staff, who are written after the row');
select pg_temp.emitted() \g /dev/null
update schnittwerk_core.holidays set name = 'Training' where id = :'holiday';
select is(
  (select e.data -> 'staff_ids' from pg_temp.events e), to_jsonb(array[:'ben']::uuid[]),
  'holiday.updated has the staff when only the row changes');
select pg_temp.emitted() \g /dev/null

select schnittwerk.set_policy('max_reschedules', '1') \g /dev/null
select schnittwerk.set_policy('max_reschedules', '2') \g /dev/null
delete from schnittwerk_core.booking_policies where policy_key = 'max_reschedules';
select is(pg_temp.emitted(), 'policy.set policy.set policy.deleted',
  'a policy emits set and deleted');

insert into schnittwerk_core.waitlist as w (
  salon_id, customer_id, service_id, preferred_start_date, preferred_end_date, notes
)
values (:'salon', :'dora', :'haircut', '2026-12-03', '2026-12-09', 'Dora waits')
returning w.id as entry \gset
select is((select e.data ? 'notes' from pg_temp.events e), false,
  'the event of a waitlist entry has no free text');
update schnittwerk_core.waitlist set priority = 3 where id = :'entry';
update schnittwerk_core.waitlist set status = 'cancelled' where id = :'entry';
select is(
  pg_temp.emitted(), 'waitlist_entry.joined waitlist_entry.updated waitlist_entry.left',
  'a waitlist entry emits joined, updated and left'
);

insert into schnittwerk_core.waitlist_offer as o (
  salon_id, entry_id, staff_id, starts_at, ends_at, price, expires_at
)
values (
  :'salon', :'entry', :'anna', '2026-12-04 10:00+01', '2026-12-04 11:00+01', 75,
  '2026-12-01 10:00+01'
)
returning o.id as offer \gset
update schnittwerk_core.waitlist_offer set status = 'declined' where id = :'offer';
select is(pg_temp.emitted(), 'waitlist_offer.made waitlist_offer.declined',
  'an offer emits made and declined');

select set_config('schnittwerk.actor', '{"role": "admin", "correlation_id": "abc"}', true)
  \g /dev/null
select schnittwerk.set_policy('max_reschedules', '1') \g /dev/null
select is((select e.correlation_id from pg_temp.events e), 'abc',
  'an event has the correlation id of its request');
savepoint before;
select schnittwerk.set_policy('max_reschedules', '7') \g /dev/null
rollback to before;
select is(pg_temp.emitted(), 'policy.set', 'a change that is rolled back emits nothing');

select schnittwerk.create_holiday('Stocktaking', '2026-12-28') ->> 'correlation_id' as correlation
\gset
select is(
  (select correlation_id from pg_temp.events where type = 'holiday.created'
   order by number desc limit 1), :'correlation',
  'holiday.created has the correlation id of its call');
select set_config('request.headers', json_build_object(
  'x-correlation-id', repeat('x', 201))::text, true) \g /dev/null
update schnittwerk_core.booking_policies set description = 'x';
select is(
  (select count(*) from pg_temp.events where length(correlation_id) > 200), 0::bigint,
  'an event has no correlation id that is too long');

select * from finish();
rollback;
