begin;
select plan(14);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user') \g /dev/null
select schnittwerk.set_service_steps(:'color', '[
  {"minutes": 30, "staff": true}, {"minutes": 45, "staff": false}, {"minutes": 30, "staff": true}
]') as answer \gset
select is(
  :'answer'::jsonb ->> 'http_status', '200', 'setting the steps of a service answers 200'
);
select is(
  :'answer'::jsonb #> '{service,steps}', '[
    {"minutes": 30, "staff": true}, {"minutes": 45, "staff": false}, {"minutes": 30, "staff": true}
  ]', 'the answer has the steps in order'
);
select is(
  :'answer'::jsonb #>> '{service,duration_minutes}', '105', 'the duration becomes the sum of the steps'
);
select results_eq(
  format('select duration_minutes, steps from schnittwerk.list_services() where id = %L', :'color'),
  $$values (105, jsonb '[{"minutes": 30, "staff": true}, {"minutes": 45, "staff": false},
    {"minutes": 30, "staff": true}]')$$,
  'list_services shows the steps as set_service_steps takes them'
);
select is(
  (select array_agg(s.duration_minutes) from schnittwerk.find_slots(
    :'color', '2026-12-02', p_staff_id => :'anna', p_limit => 1) s),
  '{105}', 'slots have the duration of the steps'
);

-- A member's own steps, and their minutes.
select schnittwerk.set_staff_services(:'anna', format('[{"service_id": "%s", "steps": [
  {"minutes": 20, "staff": true}, {"minutes": 40, "staff": false}, {"minutes": 15, "staff": true}
]}]', :'color')::jsonb) as own \gset
select is(
  (:'own'::jsonb #> '{staff_services,0}') - '{salon_id,service_id,staff_id}'::text[],
  '{"custom_price": null, "estimated_duration_minutes": 75, "steps": [{"minutes": 20, "staff": true},
    {"minutes": 40, "staff": false}, {"minutes": 15, "staff": true}]}',
  'own steps of a member of staff set their minutes to the sum'
);
select results_eq(
  format('select estimated_duration_minutes, steps from schnittwerk.get_staff_services(%L)', :'anna'),
  $$values (75, jsonb '[{"minutes": 20, "staff": true}, {"minutes": 40, "staff": false},
    {"minutes": 15, "staff": true}]')$$,
  'get_staff_services shows own steps'
);
select is(
  schnittwerk.set_staff_services(:'anna', (
    select jsonb_agg(to_jsonb(s)) from schnittwerk.get_staff_services(:'anna') s)) ->> 'success',
  'true', 'set_staff_services takes what get_staff_services shows'
);
select schnittwerk.set_service_steps(:'color', '[
  {"minutes": 40, "staff": true}, {"minutes": 35, "staff": false}, {"minutes": 30, "staff": true}
]') \g /dev/null
select results_eq(
  format('select estimated_duration_minutes, jsonb_array_length(steps)
    from schnittwerk.get_staff_services(%L)', :'anna'),
  'values (75, 3)', 'own steps stay while the service has as many'
);
select schnittwerk.set_service_steps(:'color', '[
  {"minutes": 40, "staff": true}, {"minutes": 35, "staff": false}, {"minutes": 15, "staff": true},
  {"minutes": 15, "staff": true}
]') \g /dev/null
select results_eq(
  format('select estimated_duration_minutes, steps from schnittwerk.get_staff_services(%L)', :'anna'),
  'values (75, null::jsonb)',
  'own steps are dropped and their minutes stay when the number of steps changes'
);

select is(
  schnittwerk.set_service_steps(:'color', null) #> '{service,steps}', 'null',
  'null takes the steps away'
);
select is(
  (select duration_minutes from schnittwerk.list_services() where id = :'color'), 105,
  'without steps the duration stays'
);
select is(
  schnittwerk.set_service_steps(:'color', '[{"minutes": 90, "staff": true}]') -> 'service'
    -> 'steps', 'null', 'a single step is one step of the duration'
);
select is(
  (select duration_minutes from schnittwerk.list_services() where id = :'color'), 90,
  'a single step sets the duration'
);

select * from finish();
rollback;
