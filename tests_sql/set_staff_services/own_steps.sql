begin;
select plan(8);
\ir ../fixture.psql
select schnittwerk.set_service_steps(:'color', '[
  {"minutes": 30, "staff": true}, {"minutes": 45, "staff": false}, {"minutes": 30, "staff": true}
]') \g /dev/null
create function pg_temp.performing(p_service_id uuid, p_terms jsonb)
returns text
language sql
as $$
  select pg_temp.refusal(schnittwerk.set_staff_services(
    (select id from schnittwerk_core.staff where full_name = 'Anna'),
    jsonb_build_array(jsonb_build_object('service_id', p_service_id) || p_terms)))
$$;
create function pg_temp.steps(p_minutes int[])
returns jsonb
language sql
as $$
  select jsonb_build_object('steps', jsonb_agg(
    jsonb_build_object('minutes', abs(m), 'staff', m > 0) order by n))
  from unnest(p_minutes) with ordinality m (m, n)
$$;
select is(
  pg_temp.performing(:'color', pg_temp.steps('{20,25}')),
  '400 invalid_input: p_services[0].steps', 'fewer own steps than the service has are refused'
);
select is(
  pg_temp.performing(:'haircut', pg_temp.steps('{20,25}')),
  '400 invalid_input: p_services[0].steps', 'own steps of a service without steps are refused'
);
select is(
  pg_temp.performing(:'color', pg_temp.steps('{20,25,-10}')),
  '400 invalid_input: p_services[0].steps', 'own steps that end with a gap are refused'
);
select is(
  pg_temp.performing(
    :'color', pg_temp.steps('{20,-40,15}') || '{"estimated_duration_minutes": 76}'),
  '400 invalid_input: p_services[0].estimated_duration_minutes',
  'own steps with minutes that are not their sum are refused'
);
select is(
  pg_temp.performing(
    :'color', pg_temp.steps('{20,-40,15}') || '{"estimated_duration_minutes": 75}'),
  null, 'own steps with their sum as minutes are accepted'
);
select is(
  pg_temp.performing(:'color', '{"estimated_duration_minutes": 46}'),
  '400 invalid_input: p_services[0].estimated_duration_minutes',
  'minutes too few for the gaps and a minute for each other step are refused'
);
select is(
  pg_temp.performing(:'color', '{"estimated_duration_minutes": 47}'), null,
  'minutes that just suffice for the gaps and the other steps are accepted'
);
select is(
  pg_temp.performing(:'color', '{"steps": null}'), null, 'null as own steps means the service''s'
);

select * from finish();
rollback;
