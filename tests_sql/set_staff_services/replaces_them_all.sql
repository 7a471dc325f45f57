begin;
select plan(5);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(jsonb_build_object(
  'service_id', :'color', 'custom_price', 99.5, 'estimated_duration_minutes', 90
))) as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'setting the services of staff answers 200');
select is(
  :'answer'::jsonb -> 'staff_services', jsonb_build_array(jsonb_build_object(
    'salon_id', :'salon', 'service_id', :'color', 'staff_id', :'ben', 'custom_price', 99.50,
    'estimated_duration_minutes', 90, 'steps', null
  )), 'the answer has the services that are performed now'
);
select results_eq(
  format('select full_name from schnittwerk.list_staff(%L)', :'haircut'), array['Anna'],
  'a service that is not named is performed no more'
);
select is(
  schnittwerk.set_staff_services(:'ben', format(
    '[{"service_id": "%s", "custom_price": null, "estimated_duration_minutes": null}]',
    upper(:'haircut'))::jsonb) #> '{staff_services,0,custom_price}', 'null',
  'a null price is the service''s own'
);
select is(
  schnittwerk.set_staff_services(:'ben', '[]') -> 'staff_services', '[]',
  'staff may perform no service at all');

select * from finish();
rollback;
