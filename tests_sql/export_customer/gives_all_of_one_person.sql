begin;
select plan(18);
\ir ../fixture.psql
\ir ../refused.psql
\ir ../waitlist.psql
select is(
  pg_temp.who_may(format('select schnittwerk.export_customer(%L)', :'carla')),
  'customer admin service', 'for admins, and the customer');
select is(
  pg_temp.who_may(format('select schnittwerk.export_customer(%L)', :'dora')),
  'customer(not_found) admin service', 'but for nobody else');
select is(
  pg_temp.who_may('select schnittwerk.export_customer()'),
  'customer staff(not_found) receptionist(not_found) admin(not_found) service(not_found)',
  'who is no customer names one');
select schnittwerk.save_customer('Anna', p_profile_id => :'anna_user') #>> '{customer,id}'
  as anna_customer \gset
select is(
  pg_temp.who_may(format('select schnittwerk.export_customer(%L)', :'anna_customer')),
  'customer(not_found) staff admin service', 'one of the staff may be one, too');

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
set local timezone = 'Asia/Tokyo';
select schnittwerk.export_customer(:'carla') as all \gset
select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.export_customer() as own \gset
select pg_temp.become_superuser() \g /dev/null

select is(
  (select string_agg(k, ' ' order by k) from jsonb_object_keys(:'all') k),
  'appointments audit contact_preferences customer exported_at messages operations profile salon '
  || 'waitlist', 'in these parts');
select is(
  :'all'::jsonb #>> '{customer,notes}', 'allergic', 'who they are, with the salon''s notes');
select is(:'all'::jsonb #>> '{profile,full_name}', 'Carla', 'as a user');
select is(
  :'all'::jsonb -> 'contact_preferences',
  '{"language": "de", "consents": {"sms": false, "chat": false, "email": true}}',
  'how they want to be written to');
select is(
  (select string_agg(concat_ws(' ', a ->> 'service_name', a ->> 'staff_name', a ->> 'starts_at',
    a ->> 'notes', h ->> 'action', h ->> 'reason', h ->> 'override_reason', h ->> 'role'), '; ')
   from jsonb_array_elements(:'all'::jsonb -> 'appointments') a,
   jsonb_array_elements(a -> 'history') h),
  'Haircut Ben 2026-12-04T09:00:00Z quiet created a favour receptionist; '
  || 'Haircut Ben 2026-12-04T09:00:00Z quiet rescheduled train customer',
  'what they have booked, and its history');
select is(
  (select string_agg(concat_ws(' ', w ->> 'service_name', w ->> 'notes', o ->> 'status',
    o ->> 'starts_at'), '; ')
   from jsonb_array_elements(:'all'::jsonb -> 'waitlist') w,
   jsonb_array_elements(w -> 'offers') o),
  'Color soon open 2026-12-02T13:00:00Z', 'what they wait for, and were offered');
select is(
  (select string_agg(o ->> 'operation_type', ' ')
   from jsonb_array_elements(:'all'::jsonb -> 'operations') o),
  'create join_waitlist reschedule', 'what was asked for them');
select cmp_ok(
  (select count(*) from jsonb_array_elements(:'all'::jsonb -> 'audit') a
   where a #>> '{before,phone}' = '+41 44 111 11 11'), '=', 1::bigint, 'and what was before');
select unalike(:'all'::text, '%Dora%', 'nothing of anybody else''s');

select is(:'own'::jsonb -> 'customer' ? 'notes', false, 'they get it without the salon''s notes');
select unalike(:'own'::text, '%allergic%', 'also what they were');
select unalike(:'own'::text, '%a favour%', 'without why exceptions were made');
select unalike(:'own'::text, '%receptionist%', 'and without who of the salon did what');
select is(
  (select count(*) from jsonb_array_elements(:'own'::jsonb -> 'appointments') a,
   jsonb_array_elements(a -> 'history') h where h ->> 'reason' = 'train'), 1::bigint,
  'but with all that they said');

select * from finish();
rollback;
