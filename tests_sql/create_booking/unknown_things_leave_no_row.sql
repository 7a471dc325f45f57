begin;
select plan(10);
\ir ../fixture.psql

select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select schnittwerk.save_customer('Emil', p_salon_id => :'other') #>> '{customer,id}' as emil \gset

select is(
  schnittwerk.create_booking(
    '1', customer, service, '2026-12-02 10:00+01', staff, p_salon_id => :'salon'
  ) - 'correlation_id',
  jsonb_build_object(
    'success', false, 'operation_id', null, 'replayed', false, 'http_status', 404,
    'error', 'Not found', 'code', 'not_found', 'details', 'There is no such ' || what
  ),
  'a ' || what || note || ' is not found'
)
from (
  values
    (gen_random_uuid(), :'haircut'::uuid, :'anna'::uuid, 'customer', ' that does not exist'),
    (:'emil', :'haircut', :'anna', 'customer', ' of another salon'),
    (:'carla', gen_random_uuid(), :'anna', 'service', ' that does not exist'),
    (:'carla', :'haircut', gen_random_uuid(), 'member of staff', ' that does not exist'),
    (:'carla', :'haircut', :'haircut', 'member of staff', ' with a service''s id')
) t (customer, service, staff, what, note);
select is(current_setting('response.status'), '404', 'an unknown id sets response.status to 404');
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', p_salon_id => gen_random_uuid())),
  '404 not_found', 'an unknown salon is not found'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '1', :'emil', :'haircut', '2026-12-02 10:00+01', p_salon_id => :'other')),
  '404 not_found', 'a service of another salon is not found'
);
select is_empty(
  'select * from schnittwerk_core.booking_operations',
  'calls with unknown ids are not stored under the key'
);
select is(
  schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', p_salon_id => :'salon') ->> 'replayed',
  'false', 'the key of a call with unknown ids can be used again'
);

select * from finish();
rollback;
