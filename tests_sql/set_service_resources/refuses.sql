begin;
select plan(22);
\ir ../fixture.psql
select is(
  pg_temp.who_may(format($$select schnittwerk.set_service_resources(%L, '[]')$$, :'haircut')),
  'admin service', 'only admins and the service set what a service needs'
);
select is(
  pg_temp.refusal(schnittwerk.set_service_resources(null, null)),
  '400 invalid_input: p_service_id, p_needs', 'service and needs are required'
);
select is(
  pg_temp.refusal(schnittwerk.set_service_resources(:'carla', '[]')), '404 not_found',
  'an unknown service is not found'
);
select matches(
  schnittwerk.set_service_resources(:'color', '[{"pool": "basin"}]') #>> '{details,0,message}',
  'There is no pool "basin"; the salon has no pools', 'a salon without resources has no pools'
);
select schnittwerk.save_resource('Basin 1', 'equipment', 'basin'),
  schnittwerk.save_resource('Basin 2', 'equipment', 'basin'),
  schnittwerk.save_resource('Basin 3', 'equipment', 'basin', false),
  schnittwerk.save_resource('Cabin') \g /dev/null
select is(
  schnittwerk.set_service_resources(:'color', '[{"pool": "basins"}]') #>> '{details,0,message}',
  'There is no pool "basins"; the pools are: Cabin, basin', 'an unknown pool gets the list of pools'
);
select is(
  pg_temp.refusal(schnittwerk.set_service_resources(:'color', t.needs::jsonb)),
  '400 invalid_input: ' || t.path, t.description || ' is refused'
)
from (
  values
    ('{}', 'p_needs', 'an object in place of a list'),
    ((select jsonb_agg(jsonb '{"pool": "basin"}')::text from generate_series(1, 25)),
      'p_needs', 'a list of more than 24 needs'),
    ('[{"pool": "basin", "minutes": 5}]', 'p_needs[0].minutes', 'an unknown key'),
    ('[{"quantity": 1}]', 'p_needs[0].pool', 'a need without a pool'),
    ('[{"pool": 5}]', 'p_needs[0].pool', 'a pool that is a number'),
    ('[{"pool": "  "}]', 'p_needs[0].pool', 'an empty pool'),
    ('[{"pool": "basin", "quantity": 0}]', 'p_needs[0].quantity', 'a quantity of 0'),
    ('[{"pool": "basin", "quantity": 101}]', 'p_needs[0].quantity', 'a quantity of 101'),
    ('[{"pool": "basin", "quantity": 3}]', 'p_needs[0].quantity',
      'a quantity of more than the active units'),
    ('[{"pool": "basin", "from_minute": -1}]', 'p_needs[0].from_minute', 'a minute before the start'),
    ('[{"pool": "basin", "from_minute": 120}]', 'p_needs[0].from_minute', 'a need after the end'),
    ('[{"pool": "basin", "to_minute": 121}]', 'p_needs[0].to_minute', 'a need beyond the end'),
    ('[{"pool": "basin", "from_minute": 30, "to_minute": 30}]', 'p_needs[0].from_minute',
      'a need of no minutes'),
    ('[{"pool": "basin", "to_minute": 31}, {"pool": "basin", "from_minute": 30}]', 'p_needs[1]',
      'a need that overlaps another of its pool'),
    ('[{"pool": "basin"}, {"pool": "basin", "from_minute": 30, "to_minute": 40}]', 'p_needs[1]',
      'a need within the whole appointment''s of its pool')
) t (needs, path, description);
select is(
  pg_temp.refusal(schnittwerk.set_service_resources(:'color', '[
    {"pool": "basin", "to_minute": 30}, {"pool": "basin", "from_minute": 30},
    {"pool": "Cabin"}
  ]')), null, 'needs of one pool that meet and needs of two pools are accepted'
);
select throws_ok(
  format($$update schnittwerk_core.services set needs = '{"(basin,1,0,200)"}' where id = %L$$,
    :'color'),
  '23514', null, 'direct SQL cannot set needs beyond the duration'
);

select * from finish();
rollback;
