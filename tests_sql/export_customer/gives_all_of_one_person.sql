begin;
select plan(20);
\ir ../fixture.psql
\ir ../refused.psql
\ir ../waitlist.psql
select is(
  pg_temp.who_may(format('select schnittwerk.export_customer(%L)', :'carla')),
  'customer admin service', 'admins and the customer may export the customer');
select is(
  pg_temp.who_may(format('select schnittwerk.export_customer(%L)', :'dora')),
  'customer(not_found) admin service', 'a customer may not export another customer');
select is(
  pg_temp.who_may('select schnittwerk.export_customer()'),
  'customer staff(not_found) receptionist(not_found) admin(not_found) service(not_found)',
  'a caller who is no customer has to name one');
select schnittwerk.save_customer('Anna', p_profile_id => :'anna_user') #>> '{customer,id}'
  as anna_customer \gset
select is(
  pg_temp.who_may(format('select schnittwerk.export_customer(%L)', :'anna_customer')),
  'customer(not_found) staff admin service', 'staff who are a customer may export themselves');

select pg_temp.become_user(:'receptionist_user') \g /dev/null
select schnittwerk.save_customer('Carla', 'carla@example.com', '+41 44 222', :'carla_user',
  'allergic', :'carla'),
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben', 'quiet',
    p_override_reason => 'a favour') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.set_contact_preferences(null, 'de', '{"email": true}'),
  schnittwerk.join_waitlist('2', null, :'color', '2026-12-01', '2026-12-10', p_notes => 'soon')
\g /dev/null
select (schnittwerk.reschedule_booking('3', a.id, '2026-12-04 10:00+01', p_reason => 'train')
  -> 'success')::text from schnittwerk.list_appointments('2026-12-01', '2026-12-31') a \g /dev/null
select pg_temp.become_superuser() \g /dev/null
select pg_temp.free(:'color', :'anna', '2026-12-02 14:00+01') \g /dev/null
select schnittwerk.create_booking('4', :'dora', :'haircut', '2026-12-03 14:00+01', :'ben',
  'of Dora') \g /dev/null
-- One message about Carla's appointment, one about its visit, and one about Dora's.
update schnittwerk_core.appointments
set visit_id = md5('visit')::uuid, visit_item = 1
where customer_id = :'carla';
insert into schnittwerk_core.event_delivery (
  salon_id, event_id, occurred_at, event_number, subject_id, target, channel
)
select e.salon_id, e.id, e.occurred_at, e.number,
  case e.type when 'appointment.created' then e.subject_id else md5('visit')::uuid end,
  'mail', 'email'
from schnittwerk_core.events e
where e.type in ('appointment.created', 'appointment.rescheduled');
set local timezone = 'Asia/Tokyo';
select schnittwerk.export_customer(:'carla') as all \gset
select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.export_customer() as own \gset
select pg_temp.become_superuser() \g /dev/null

select is(
  (select string_agg(k, ' ' order by k) from jsonb_object_keys(:'all') k),
  'appointments audit contact_preferences customer exported_at holds messages operations profile salon '
  || 'waitlist', 'the export has exactly the documented parts');
select is(
  :'all'::jsonb #>> '{customer,notes}', 'allergic',
  'the export has the customer with the salon''s notes');
select is(:'all'::jsonb #>> '{profile,full_name}', 'Carla',
  'the export has the customer''s profile');
select is(
  :'all'::jsonb -> 'contact_preferences',
  '{"language": "de", "consents": {"sms": false, "chat": false, "email": true}}',
  'the export has the contact preferences');
select is(
  (select string_agg(concat_ws(' ', a ->> 'service_name', a ->> 'staff_name', a ->> 'starts_at',
    a ->> 'notes', h ->> 'action', h ->> 'reason', h ->> 'override_reason', h ->> 'role'), '; ')
   from jsonb_array_elements(:'all'::jsonb -> 'appointments') a,
   jsonb_array_elements(a -> 'history') h),
  'Haircut Ben 2026-12-04T09:00:00Z quiet created a favour receptionist; '
  || 'Haircut Ben 2026-12-04T09:00:00Z quiet rescheduled train customer',
  'the export has the appointments and their history');
select is(
  (select string_agg(concat_ws(' ', w ->> 'service_name', w ->> 'notes', o ->> 'status',
    o ->> 'starts_at'), '; ')
   from jsonb_array_elements(:'all'::jsonb -> 'waitlist') w,
   jsonb_array_elements(w -> 'offers') o),
  'Color soon open 2026-12-02T13:00:00Z', 'the export has the waitlist entries and their offers');
select is(
  (select string_agg(o ->> 'operation_type', ' ')
   from jsonb_array_elements(:'all'::jsonb -> 'operations') o),
  'create join_waitlist reschedule', 'the export has the operations');
select is(
  (select string_agg(m ->> 'event', ' ' order by m ->> 'event')
   from jsonb_array_elements(:'all'::jsonb -> 'messages') m),
  'appointment.created appointment.rescheduled',
  'the export has the messages about appointments and visits');
select cmp_ok(
  (select count(*) from jsonb_array_elements(:'all'::jsonb -> 'audit') a
   where a #>> '{before,phone}' = '+41 44 111 11 11'), '=', 1::bigint,
  'the export has earlier values from the audit');
select unalike(:'all'::text, '%Dora%', 'the export has nothing of other customers');

select is(:'own'::jsonb -> 'customer' ? 'notes', false,
  'a customer''s own export has no notes of the salon');
select unalike(:'own'::text, '%allergic%',
  'a customer''s own export has no earlier notes of the salon');
select unalike(:'own'::text, '%a favour%', 'a customer''s own export has no override reasons');
select unalike(:'own'::text, '%receptionist%',
  'a customer''s own export has no roles of the salon team');
select is(
  (select count(*) from jsonb_array_elements(:'own'::jsonb -> 'appointments') a,
   jsonb_array_elements(a -> 'history') h where h ->> 'reason' = 'train'), 1::bigint,
  'a customer''s own export has the reasons they gave');

select schnittwerk.save_price_rule('Morning', 'time', null, '{"percent": -10}') \g /dev/null
select schnittwerk.create_booking('5', :'carla', :'haircut', '2026-12-07 10:00+01', :'ben'),
  schnittwerk.hold_slot('6', :'haircut', '2026-12-08 10:00+01', :'ben', :'carla'),
  schnittwerk.decline_waitlist_offer('7', w.id)
from schnittwerk.list_waitlist('notified') w \g /dev/null
select pg_temp.free(:'color', :'anna', '2026-12-03 14:00+01') \g /dev/null
select is(
  (select array_agg(distinct k.key order by k.key)
    from schnittwerk.export_customer(:'carla') e
    cross join jsonb_each(e) k
    where k.value::text like '%"Morning"%'),
  '{appointments,audit,holds,waitlist}',
  'the export has the price details of appointments, holds and offers'
);

select * from finish();
rollback;
