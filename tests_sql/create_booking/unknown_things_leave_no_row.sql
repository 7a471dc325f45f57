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
  'no such ' || what || note
)
from (
  values
    (gen_random_uuid(), :'haircut'::uuid, :'anna'::uuid, 'customer', ''),
    (:'emil', :'haircut', :'anna', 'customer', ' in this salon'),
    (:'carla', gen_random_uuid(), :'anna', 'service', ''),
    (:'carla', :'haircut', gen_random_uuid(), 'member of staff', ''),
    (:'carla', :'haircut', :'haircut', 'member of staff', ': it is a service''s id')
) t (customer, service, staff, what, note);
select is(current_setting('response.status'), '404', 'with the status');
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', p_salon_id => gen_random_uuid())),
  '404 not_found', 'no such salon'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '1', :'emil', :'haircut', '2026-12-02 10:00+01', p_salon_id => :'other')),
  '404 not_found', 'a service of another salon'
);
select is_empty(
  'select * from schnittwerk_core.booking_operations', 'none of these is stored under the key'
);
select is(
  schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-02 10:00+01', p_salon_id => :'salon') ->> 'replayed',
  'false', 'which can be used again'
);

select * from finish();
rollback;
