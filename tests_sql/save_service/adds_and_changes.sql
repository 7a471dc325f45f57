begin;
select plan(8);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user');
select schnittwerk.save_service('Beard', 20, 25.5, 'men', 5, 0) as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'a new service is created');
select is(
  (:'answer'::jsonb -> 'service') - 'id', jsonb_build_object(
    'salon_id', :'salon', 'name', 'Beard', 'category', 'men', 'duration_minutes', 20,
    'base_price', 25.50, 'buffer_before_minutes', 5, 'buffer_after_minutes', 0,
    'min_price', null, 'max_price', null,
    'steps', null, 'needs', null, 'is_active', true, 'created_at', '2026-12-01T07:00:00Z'
  ), 'a new service has all that was given'
);
select schnittwerk.save_service('Beard', 30, 28, p_is_active => false,
  p_id => (:'answer'::jsonb #>> '{service,id}')::uuid) as changed \gset
select is(:'changed'::jsonb ->> 'http_status', '200', 'with an id the service is changed');
select is(
  :'changed'::jsonb -> 'service', :'answer'::jsonb -> 'service' || '{
    "duration_minutes": 30, "base_price": 28.00, "is_active": false
  }', 'a change of a service keeps what is not given'
);
select is(
  schnittwerk.save_service(null, null, null, 'shave',
    p_id => (:'answer'::jsonb #>> '{service,id}')::uuid,
    p_clear => '{p_buffer_before_minutes,p_buffer_after_minutes}') -> 'service',
  :'changed'::jsonb -> 'service'
    || '{"category": "shave", "buffer_before_minutes": null, "buffer_after_minutes": null}',
  'p_clear empties what it names, and nulls keep the rest'
);
select is(
  pg_temp.refusal(schnittwerk.save_service(
    null, null, null, p_id => :'haircut', p_clear => '{p_category}')),
  '400 invalid_input: p_clear', 'a category cannot be emptied'
);
select is(
  schnittwerk.save_service('Wash', 15, 10, null, p_is_active => null) -> 'service'
    @> '{"category": "general", "is_active": true}',
  true, 'a new service is general and active where nothing else is given'
);
select is(
  schnittwerk.save_service('Haircut', 45, 80, p_id => :'haircut') ->> 'success', 'true',
  'a service may keep its own name'
);

select * from finish();
rollback;
