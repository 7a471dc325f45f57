begin;
select plan(10);
\ir ../fixture.psql

create function pg_temp.refusals()
returns setof text
language sql
as $$
  select concat_ws(' ', operation_type, code, caller, role, case when salon_id::text ~ '^[0-]+$'
    then 'no salon' end)
  from schnittwerk_core.refusal
$$;

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.set_policy('max_reschedules', '1')
\g /dev/null
select is_empty(
  'select pg_temp.refusals()',
  'successes, stored refusals and replays are not counted as refusals'
);

select set_config('request.headers', '{"x-correlation-id": "abc"}', true) \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 11:00+01') as reused,
  schnittwerk.create_booking('3', :'carla', :'anna', '2026-12-02 11:00+01') as unknown \gset
select set_eq(
  'select pg_temp.refusals()',
  '{create idempotency_key_reused service service,create not_found service service}'::text[],
  'refusals that no key stores are counted'
);
select is(
  (select array_agg(distinct row(salon_id, correlation_id, created_at)::text)
   from schnittwerk_core.refusal),
  array[row(:'salon'::uuid, 'abc', schnittwerk_core.clock())::text],
  'a counted refusal has its salon, correlation id and time'
);
select is(:'reused'::jsonb ->> 'correlation_id', 'abc',
  'the answer of a refusal has the correlation id of its request');
delete from schnittwerk_core.refusal;

select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.set_policy('max_reschedules', '1') \g /dev/null
select pg_temp.become_user(:'stranger_user') \g /dev/null
select schnittwerk.create_booking('4', null, :'haircut', '2026-12-02 12:00+01') \g /dev/null
select pg_temp.become_anonymous() \g /dev/null
select schnittwerk.delete_holiday(:'anna') \g /dev/null
select count(*) from schnittwerk.create_booking_idempotent('5', :'carla', :'anna', :'haircut',
  '2026-12-02 12:00+01') \g /dev/null
select pg_temp.become_superuser() \g /dev/null
select set_eq(
  'select pg_temp.refusals()',
  array[
    format('set_policy forbidden %s customer', :'carla_user'),
    format('create forbidden %s', :'stranger_user'),
    'delete_holiday not_authenticated anonymous', 'create not_authenticated anonymous'
  ], 'a counted refusal has operation, code, caller and role'
);
select is(
  (select count(*) from schnittwerk_core.refusal where salon_id = :'salon'), 4::bigint,
  'a refusal where no salon is named counts for the only salon'
);
delete from schnittwerk_core.refusal;

select schnittwerk.set_policy('max_reschedules', '1', p_salon_id => :'anna'),
  schnittwerk.save_salon('Salon', 'Nowhere/Never'),
  schnittwerk.save_salon('Salon', 'Nowhere/Never', p_id => :'salon') \g /dev/null
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select schnittwerk.set_policy('max_reschedules', '1'),
  schnittwerk.set_policy('max_reschedules', '-1', p_salon_id => :'second') \g /dev/null
select bag_eq(
  'select pg_temp.refusals()',
  '{set_policy not_found service service no salon,
    set_policy salon_required service service no salon,
    save_salon invalid_input service service no salon,save_salon invalid_input service service,
    set_policy invalid_input service service}'::text[],
  'a refusal that names no existing salon is counted without one'
);
select is(
  (select array_agg(operation_type) from schnittwerk_core.refusal where salon_id = :'second'),
  '{set_policy}', 'a refusal that names a salon counts for that salon'
);

-- a transaction that may not write, as for a GET of PostgREST's
delete from schnittwerk_core.refusal;
savepoint before;
set transaction read only;
select is(
  pg_temp.refusal(schnittwerk.delete_holiday(null, :'salon')), '400 invalid_input: p_holiday_id',
  'a refusal is answered in a read-only transaction'
);
rollback to before;

select columns_are(
  'schnittwerk_core', 'refusal',
  '{salon_id,id,operation_type,code,caller,role,correlation_id,created_at}'::name[],
  'a counted refusal keeps none of the arguments'
);

select * from finish();
rollback;
