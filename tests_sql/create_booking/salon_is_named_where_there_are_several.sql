begin;
select plan(4);
\ir ../fixture.psql

select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select is(
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01') - 'correlation_id',
  '{
    "success": false, "operation_id": null, "replayed": false, "http_status": 400,
    "error": "Salon required", "code": "salon_required", "details": "There is more than one salon"
  }',
  'with two salons, the service has to name one'
);
select is(
  schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', p_salon_id => :'salon') ->> 'success',
  'true', 'the service books in the salon that it names'
);

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.create_booking('2', null, :'haircut', '2026-12-03 10:00+01')),
  '400 salon_required', 'with two salons, a customer has to name one'
);
select set_config('request.jwt.claims', json_build_object(
  'sub', :'carla_user', 'salon_id', :'salon')::text, true) \g /dev/null
select is(
  schnittwerk.create_booking('2', null, :'haircut', '2026-12-03 10:00+01') ->> 'success',
  'true', 'a customer books in the salon of the claims'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
