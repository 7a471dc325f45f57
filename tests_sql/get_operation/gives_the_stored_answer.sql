begin;
select plan(13);
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
  'the answer of a booking'
);
select is(
  schnittwerk.get_operation('2', 'create'), :'refused'::jsonb || '{"replayed": true}',
  'the answer of a refusal'
);
select is(pg_temp.refusal_of('3', 'create'), '404 not_found', 'a key that was not used');
select is(pg_temp.refusal_of('1', 'cancel'), '404 not_found', 'a key of another operation');
select is(pg_temp.refusal_of('', 'create'), '400 invalid_input: p_idempotency_key', 'no key');
select is(
  pg_temp.refusal_of('1', null), '400 invalid_input: p_operation_type', 'no operation type'
);

select pg_temp.become_user(:'admin_user') \g /dev/null
select is(
  pg_temp.refusal_of('1', 'create'), '404 not_found', 'another caller''s key, also for admins'
);
select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(pg_temp.refusal_of('1', 'create'), '403 forbidden', 'who has no profile in the salon');
select pg_temp.become('schnittwerk_user', null) \g /dev/null
select is(pg_temp.refusal_of('1', 'create'), '401 not_authenticated', 'who is not signed in');
select pg_temp.become_superuser() \g /dev/null

select is(
  (select array_agg(replay_count) from schnittwerk_core.booking_operations), '{0,0}',
  'looking is no retry'
);
select schnittwerk.create_booking('4', :'dora', :'haircut', '2026-12-03 10:00+01') \g /dev/null
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select is(pg_temp.refusal_of('4', 'create'), '400 salon_required', 'without a salon of two');
select is(
  schnittwerk.get_operation('4', 'create', :'salon') ->> 'success', 'true', 'in its salon'
);
select is(
  pg_temp.refused(format('select schnittwerk.get_operation(%L, %L, %L)', '4', 'create', :'other')),
  '404 not_found', 'in another salon'
);

select * from finish();
rollback;
