begin;
select plan(8);
\ir ../fixture.psql

select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select
  schnittwerk.save_customer('Emil', p_salon_id => :'other') #>> '{customer,id}' as emil,
  schnittwerk.save_service('Shave', 30, 20, p_salon_id => :'other') #>> '{service,id}' as shave,
  schnittwerk.save_staff('Finn', p_salon_id => :'other') #>> '{staff,id}' as finn \gset
select is(
  schnittwerk.join_waitlist(
    '1', customer, service, '2026-12-01', '2026-12-10', staff, p_salon_id => :'salon'
  ) - '{correlation_id,error}'::text[],
  jsonb_build_object(
    'success', false, 'operation_id', null, 'replayed', false, 'http_status', 404,
    'code', 'not_found', 'details', 'There is no such ' || what),
  'a ' || what || note || ' is not found'
)
from (
  values
    (gen_random_uuid(), :'haircut'::uuid, :'anna'::uuid, 'customer', ' that does not exist'),
    (:'emil', :'haircut', :'anna', 'customer', ' of another salon'),
    (:'carla', :'shave', null, 'service', ' of another salon'),
    (:'carla', :'haircut', :'finn', 'member of staff', ' of another salon')
) t (customer, service, staff, what, note);
select is(
  pg_temp.refusal(
    schnittwerk.join_waitlist('1', :'carla', :'haircut', '2026-12-01', '2026-12-10')),
  '400 salon_required', 'with two salons, the salon is required'
);
select is(
  pg_temp.refusal(schnittwerk.join_waitlist(
    '1', :'carla', :'haircut', '2026-12-01', '2026-12-10', p_salon_id => gen_random_uuid())),
  '404 not_found', 'an unknown salon is not found'
);
select is_empty(
  'select from schnittwerk_core.booking_operations',
  'calls with unknown ids are not stored under the key'
);
select is(
  schnittwerk.join_waitlist(
    '1', :'carla', :'haircut', '2026-12-01', '2026-12-10', p_salon_id => :'salon') ->> 'replayed',
  'false', 'the key of a call with unknown ids can be used again'
);

select * from finish();
rollback;
