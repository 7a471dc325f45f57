begin;
select plan(5);
\ir ../fixture.psql

select
  schnittwerk.save_service('Perm', 60, 90, p_is_active => false) #>> '{service,id}' as perm,
  schnittwerk.save_staff('Cora', p_is_active => false) #>> '{staff,id}' as cora \gset
select
  schnittwerk.set_staff_services(
    :'cora', jsonb_build_array(jsonb_build_object('service_id', :'haircut'))) \g /dev/null

select is(
  pg_temp.refusal(schnittwerk.join_waitlist(
    description, :'carla', service, '2026-12-01', '2026-12-10', staff)),
  '400 service_not_offered', 'waiting for ' || description || ' is refused'
)
from (
  values
    (:'perm'::uuid, null::uuid, 'an inactive service'),
    (:'color', :'ben', 'staff who do not perform the service'),
    (:'haircut', :'cora', 'inactive staff')
) t (service, staff, description);
select results_eq(
  'select distinct status, code from schnittwerk_core.booking_operations',
  $$values ('failed', 'service_not_offered')$$,
  'the refusal service_not_offered is stored under the key'
);
select is(
  schnittwerk.join_waitlist(
    'an inactive service', :'carla', :'perm', '2026-12-01', '2026-12-10') ->> 'replayed',
  'true', 'a retry replays the refusal service_not_offered'
);

select * from finish();
rollback;
