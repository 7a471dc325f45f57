begin;
select plan(9);
\ir ../fixture.psql
select is(
  pg_temp.who_may(format($$select schnittwerk.set_staff_services(%L, '[]')$$, :'anna')),
  'admin service', 'only admins and the service set the services of staff'
);
select is(
  pg_temp.refusal(schnittwerk.set_staff_services(null, null)),
  '400 invalid_input: p_staff_id, p_services', 'staff and services are required'
);
select is(
  pg_temp.refusal(schnittwerk.set_staff_services(:'anna', s)), '400 invalid_input: p_services',
  format('services given as %L are refused', s)
)
from unnest('{null,5,"{}"}'::jsonb[]) s;
select is(
  pg_temp.refusal(schnittwerk.set_staff_services(:'anna', format('[
    5,
    {},
    {"service_id": "x", "price": 1},
    {"service_id": "%1$s", "custom_price": -1, "estimated_duration_minutes": 0},
    {"service_id": "%1$s", "custom_price": "1", "estimated_duration_minutes": 1.5},
    {"service_id": "%2$s", "custom_price": 1.005, "estimated_duration_minutes": 1e30}
  ]', :'haircut', :'color')::jsonb)),
  '400 invalid_input: p_services[0], p_services[1].service_id, p_services[2].price, '
  || 'p_services[2].service_id, p_services[3].custom_price, '
  || 'p_services[3].estimated_duration_minutes, p_services[4].service_id, '
  || 'p_services[4].custom_price, p_services[4].estimated_duration_minutes, '
  || 'p_services[5].custom_price, p_services[5].estimated_duration_minutes',
  'one refusal names all faults of all services'
);
select is(
  pg_temp.refusal(schnittwerk.set_staff_services(:'carla', '[]')), '404 not_found',
  'unknown staff are not found'
);
select is(
  pg_temp.refusal(schnittwerk.set_staff_services(
    :'ben', jsonb_build_array(jsonb_build_object('service_id', :'carla')))),
  '404 not_found', 'an unknown service is not found'
);
select results_eq(
  format('select full_name from schnittwerk.list_staff(%L)', :'haircut'), '{Anna,Ben}'::text[],
  'a refused replacement changes nothing'
);

select * from finish();
rollback;
