begin;
select plan(6);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user') \g /dev/null
select schnittwerk.save_resource('Basin ' || n, 'equipment', 'basin')
from generate_series(1, 2) n \g /dev/null
select schnittwerk.save_resource('Cabin') \g /dev/null
select schnittwerk.set_service_resources(:'color', '[
  {"pool": " basin ", "quantity": 2, "from_minute": 90, "to_minute": 120},
  {"pool": "basin", "to_minute": 15},
  {"pool": "Cabin"}
]') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'setting what a service needs answers 200');
select is(
  :'answer'::jsonb #> '{service,needs}', '[
    {"pool": "basin", "quantity": 2, "from_minute": 90, "to_minute": 120},
    {"pool": "basin", "quantity": 1, "from_minute": null, "to_minute": 15},
    {"pool": "Cabin", "quantity": 1, "from_minute": null, "to_minute": null}
  ]', 'the answer has the needs with their defaults'
);
select is(
  (select needs from schnittwerk.list_services() where id = :'color'),
  :'answer'::jsonb #> '{service,needs}', 'list_services shows the needs'
);
select is(
  schnittwerk.set_service_resources(:'color', (
    select needs from schnittwerk.list_services() where id = :'color')) ->> 'success',
  'true', 'set_service_resources takes what list_services shows'
);
select schnittwerk.create_booking('1', :'carla', :'color', '2026-12-02 09:00+01', :'anna')
  as booked \gset
select is(
  (select string_agg(u ->> 'pool', ' ' order by u ->> 'pool')
   from jsonb_array_elements(:'booked'::jsonb #> '{appointment,units}') u),
  'Cabin basin basin basin', 'a booking takes a unit for each that its service needs'
);
select schnittwerk.set_service_resources(:'color', '[]') \g /dev/null
select is(
  (select needs from schnittwerk.list_services() where id = :'color'), null,
  'an empty list means that the service needs nothing'
);

select * from finish();
rollback;
