begin;
select plan(14);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user') \g /dev/null
select schnittwerk.save_resource(' Cabin ') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'adding a resource answers 201');
select is(
  (:'answer'::jsonb -> 'resource') - 'id',
  jsonb_build_object('salon_id', :'salon', 'name', 'Cabin', 'kind', 'room', 'pool', 'Cabin',
    'is_active', true, 'created_at', '2026-12-01T07:00:00Z'),
  'a new resource is an active room, and a pool of its own'
);
select is(
  :'answer'::jsonb -> 'affected_appointments', '[]', 'a new resource affects no appointment'
);
select :'answer'::jsonb #>> '{resource,id}' as cabin \gset
select is(
  (schnittwerk.save_resource('Basin 1', 'equipment', 'basin', false) -> 'resource')
    - '{id,salon_id,created_at}'::text[],
  '{"name": "Basin 1", "kind": "equipment", "pool": "basin", "is_active": false}',
  'a new resource has what is given'
);
select is(
  (schnittwerk.save_resource(null, p_pool => 'cabins', p_id => :'cabin') -> 'resource')
    - '{id,salon_id,created_at}'::text[],
  '{"name": "Cabin", "kind": "room", "pool": "cabins", "is_active": true}',
  'a change keeps what is not given'
);
select schnittwerk.save_resource('Cab', 'equipment', p_is_active => false, p_id => :'cabin')
  as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'changing a resource answers 200');
select is(
  (:'answer'::jsonb -> 'resource') - '{id,salon_id,created_at}'::text[],
  '{"name": "Cab", "kind": "equipment", "pool": "cabins", "is_active": false}',
  'name, kind and activity can change'
);
select results_eq(
  'select name, kind, pool, is_active, closures from schnittwerk.list_resources()',
  $$values ('Basin 1', 'equipment', 'basin', false, jsonb '[]'),
    ('Cab', 'equipment', 'cabins', false, jsonb '[]')$$,
  'list_resources shows what save_resource takes'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  (select kind from schnittwerk_core.resource where id = :'cabin'), 'equipment',
  'the resource behind a unit has the same kind'
);
select results_eq(
  format($$
    select a.action, a.role, a.before from schnittwerk_core.audit a
    where a.table_name = 'unit' and a.row_key ->> 'id' = %L order by a.number
  $$, :'cabin'),
  $$values ('insert', 'admin', null::jsonb), ('update', 'admin', '{"pool": "Cabin"}'),
    ('update', 'admin', '{"kind": "room"}'),
    ('update', 'admin', '{"name": "Cabin", "is_active": true}')$$,
  'changes of a resource are in the audit'
);
select is(
  pg_temp.who_may($$select schnittwerk.save_resource('Room')$$), 'admin service',
  'only admins and the service save resources'
);
select is(
  pg_temp.refusal(schnittwerk.save_resource(e'a\nb', 'chair', ' ', p_clear => '{p_pool}')),
  '400 invalid_input: p_name, p_kind, p_pool, p_clear', 'one refusal names all faults'
);
select is(
  pg_temp.refusal(schnittwerk.save_resource('Cab')), '400 invalid_input: p_name',
  'the name of another resource is refused'
);
select is(
  pg_temp.refusal(schnittwerk.save_resource('New', p_id => :'anna')), '404 not_found',
  'a member of staff is no resource to change'
);

select * from finish();
rollback;
