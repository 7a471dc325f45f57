begin;
select plan(20);
\ir ../fixture.psql
\ir ../refused.psql

create function pg_temp.refusal_of(p_key text, p_type text)
returns text
language sql
as $$
  select pg_temp.refused(format('select schnittwerk.get_operation(%L, %L)', p_key, p_type))
$$;

select pg_temp.become_user(:'carla_user') \g /dev/null
select
  schnittwerk.create_booking('1', null, :'haircut', '2026-12-02 10:00+01', :'ben') as booked,
  schnittwerk.create_booking('2', null, :'haircut', '2026-12-06 10:00+01', :'ben') as refused \gset
select is(
  schnittwerk.get_operation('1', 'create'), :'booked'::jsonb || '{"replayed": true}',
  'get_operation gives the stored answer of a booking'
);
select is(
  schnittwerk.get_operation('2', 'create'), :'refused'::jsonb || '{"replayed": true}',
  'get_operation gives the stored answer of a refusal'
);
select is(pg_temp.refusal_of('3', 'create'), '404 not_found', 'an unused key is not found');
select is(pg_temp.refusal_of('1', 'cancel'), '404 not_found',
  'a key of another operation type is not found');
select is(pg_temp.refusal_of('', 'create'), '400 invalid_input: p_idempotency_key',
  'an empty key is refused');
select is(
  pg_temp.refusal_of('1', null), '400 invalid_input: p_operation_type',
  'a missing operation type is refused'
);

select pg_temp.become_user(:'admin_user') \g /dev/null
select is(
  pg_temp.refusal_of('1', 'create'), '404 not_found',
  'another caller''s key is not found, not even by an admin'
);
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(pg_temp.refusal_of('1', 'create'), '403 forbidden',
  'a user without a profile in the salon is refused');
select pg_temp.become('schnittwerk_user', null) \g /dev/null
select is(pg_temp.refusal_of('1', 'create'), '401 not_authenticated',
  'a caller who is not signed in is refused');
select pg_temp.become_superuser() \g /dev/null

select is(
  (select array_agg(replay_count) from schnittwerk_core.booking_operations), '{0,0}',
  'get_operation does not count as a retry'
);
-- who may no longer know of the customer gets ids only, from a retry as well
select pg_temp.become_user(:'anna_user') \g /dev/null
select schnittwerk.create_booking('5', :'dora', :'haircut', '2026-12-04 10:00+01', :'ben', 'shy')
    as booked,
  schnittwerk.join_waitlist('6', :'dora', :'color', '2026-12-03', '2026-12-04', p_notes => 'shy')
    as waits \gset
create function pg_temp.ids_of(p_answer jsonb, p_thing text) returns jsonb language sql as $$
  select p_answer || '{"replayed": true}'
    || jsonb_build_object(p_thing, jsonb_build_object('id', p_answer #> array[p_thing, 'id']))
$$;
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.save_profile(:'anna_user', 'customer') \g /dev/null
select pg_temp.become_user(:'anna_user') \g /dev/null
select is(
  schnittwerk.get_operation('5', 'create'), pg_temp.ids_of(:'booked', 'appointment'),
  'staff who became a customer get only the ids of their bookings');
select is(
  schnittwerk.create_booking(
    '5', :'dora', :'haircut', '2026-12-04 10:00+01', :'ben', 'shy'),
  pg_temp.ids_of(:'booked', 'appointment'),
  'staff who became a customer get only ids from a retry');
select is(
  schnittwerk.join_waitlist('6', :'dora', :'color', '2026-12-03', '2026-12-04', p_notes => 'shy'),
  pg_temp.ids_of(:'waits', 'waitlist_entry'),
  'staff who became a customer get only the id of a waitlist entry');
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.save_profile(:'anna_user', 'receptionist') \g /dev/null
select pg_temp.become_user(:'anna_user') \g /dev/null
select is(
  schnittwerk.get_operation('5', 'create'), :'booked'::jsonb || '{"replayed": true}',
  'staff back on the salon team get the whole answer');
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-08 10:00+01', :'ben')
  as served \gset
update schnittwerk_core.customers set profile_id = null where id = :'carla';
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.get_operation('1', 'create'),
  pg_temp.ids_of(schnittwerk.get_operation('1', 'create'), 'appointment'),
  'a user who is no longer the customer gets only ids');
select is(
  schnittwerk.get_operation('2', 'create'), :'refused'::jsonb || '{"replayed": true}',
  'a user who is no longer the customer gets a whole refusal');
select pg_temp.become_superuser() \g /dev/null
select is(
  schnittwerk.get_operation('1', 'create'), :'served'::jsonb || '{"replayed": true}',
  'the service gets its own answers in full');
select schnittwerk.create_booking('4', :'dora', :'haircut', '2026-12-03 10:00+01') \g /dev/null
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select is(pg_temp.refusal_of('4', 'create'), '400 salon_required',
  'with two salons, the salon is required');
select is(
  schnittwerk.get_operation('4', 'create', :'salon') ->> 'success', 'true',
  'an operation is found in its salon'
);
select is(
  pg_temp.refused(format('select schnittwerk.get_operation(%L, %L, %L)', '4', 'create', :'other')),
  '404 not_found', 'an operation is not found in another salon'
);

select * from finish();
rollback;
