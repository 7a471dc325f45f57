begin;
select plan(23);
\ir ../fixture.psql
select is(
  pg_temp.who_may(format('select schnittwerk.set_service_steps(%L, null)', :'haircut')),
  'admin service', 'only admins and the service set steps'
);
select is(
  pg_temp.refusal(schnittwerk.set_service_steps(null, '5')),
  '400 invalid_input: p_service_id, p_steps', 'the service is required, and steps are a list'
);
select is(
  pg_temp.refusal(schnittwerk.set_service_steps(:'carla', null)), '404 not_found',
  'an unknown service is not found'
);
select is(
  pg_temp.refusal(schnittwerk.set_service_steps(:'color', t.steps::jsonb)),
  '400 invalid_input: ' || t.path, t.description || ' are refused'
)
from (
  values
    ('[]', 'p_steps', 'no steps'),
    ((select jsonb_agg(jsonb '{"minutes": 1, "staff": true}')::text from generate_series(1, 25)),
      'p_steps', 'more than 24 steps'),
    ('[{"minutes": 30, "staff": false}, {"minutes": 30, "staff": true}]', 'p_steps',
      'steps that begin with a gap'),
    ('[{"minutes": 30, "staff": true}, {"minutes": 30, "staff": false}]', 'p_steps',
      'steps that end with a gap'),
    ('[{"minutes": 1400, "staff": true}, {"minutes": 41, "staff": true}]', 'p_steps',
      'steps of more than a day'),
    ('[{"minutes": 0, "staff": true}]', 'p_steps[0].minutes', 'steps of no minutes'),
    ('[{"minutes": 1.5, "staff": true}]', 'p_steps[0].minutes', 'steps of half a minute'),
    ('[{"minutes": 30, "staff": true, "chair": 1}]', 'p_steps[0].chair', 'steps with unknown keys'),
    ('[{"minutes": 30, "staff": "yes"}]', 'p_steps[0].staff, p_steps',
      'steps with staff as a text'),
    ('[{}]', 'p_steps[0].minutes, p_steps[0].staff, p_steps', 'steps without minutes'),
    ('[7]', 'p_steps[0], p_steps[0].minutes, p_steps[0].staff, p_steps', 'steps that are numbers')
) t (steps, path, description);

-- What stands in the book already.
select schnittwerk.set_staff_services(:'anna', format(
  '[{"service_id": "%s", "estimated_duration_minutes": 46}]', :'color')::jsonb) \g /dev/null
select schnittwerk.set_service_steps(:'color', '[
  {"minutes": 30, "staff": true}, {"minutes": 45, "staff": false}, {"minutes": 30, "staff": true}
]') as answer \gset
select is(
  pg_temp.refusal(:'answer'::jsonb), '400 invalid_input: p_steps',
  'steps that a member''s minutes cannot be stretched to are refused'
);
select is(
  :'answer'::jsonb #>> '{details,0,message}',
  'Anna performs it in 46 minutes, but the gaps and a minute for each step with staff take 47: call set_staff_services first',
  'the refusal names the member of staff, the least minutes and the remedy'
);
select is(
  (select steps from schnittwerk.list_services() where id = :'color'), null,
  'refused steps change nothing'
);
select is(
  schnittwerk.set_service_steps(:'color', '[
    {"minutes": 30, "staff": true}, {"minutes": 44, "staff": false}, {"minutes": 30, "staff": true}
  ]') ->> 'success', 'true', 'steps are stretched down to a minute for each with staff'
);
select is(
  pg_temp.refusal(schnittwerk.save_service(null, 120, null, p_id => :'color')),
  '400 invalid_input: p_duration_minutes', 'the duration of a service with steps cannot be saved'
);
select matches(
  schnittwerk.save_service(null, 120, null, p_id => :'color') #>> '{details,0,message}',
  'set_service_steps', 'the refusal names set_service_steps as the remedy'
);
select is(
  schnittwerk.save_service(null, 104, null, p_id => :'color') ->> 'success', 'true',
  'the duration that a service with steps has can be saved again'
);
select schnittwerk.save_resource('Basin') \g /dev/null
select schnittwerk.set_service_resources(
  :'color', '[{"pool": "Basin", "from_minute": 80, "to_minute": 104}]') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.set_service_steps(:'color', '[{"minutes": 103, "staff": true}]')),
  '400 invalid_input: p_steps', 'steps shorter than what the service needs are refused'
);
select schnittwerk.set_service_steps(:'color', null) \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.save_service(null, 103, null, p_id => :'color')),
  '400 invalid_input: p_duration_minutes',
  'a duration shorter than what the service needs is refused'
);

select * from finish();
rollback;
