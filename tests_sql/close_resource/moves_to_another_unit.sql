begin;
select plan(23);
\ir ../fixture.psql
\ir basins.psql
select pg_temp.book(:'anna', '2026-12-02 13:00+01') as one,
  pg_temp.book(:'ben', '2026-12-02 13:00+01') as two \gset
select pg_temp.book(:'anna', '2026-12-03 13:00+01') as alone \gset
select pg_temp.book(:'anna', '2026-12-04 13:00+01') as later \gset
select is(
  array[pg_temp.basins(:'one'), pg_temp.basins(:'two'), pg_temp.basins(:'alone')],
  '{Basin 1 / Basin 1 14:30,Basin 2 / Basin 2 14:30,Basin 1 / Basin 1 14:30}',
  'colours at one time use two basins'
);

select pg_temp.become_user(:'admin_user') \g /dev/null
select schnittwerk.close_resource(
  :'basin_1', '2026-12-02', '2026-12-03', p_end_time => '14:45', p_reason => 'Leak') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'closing a resource answers 201');
select is(
  (:'answer'::jsonb -> 'closure') - 'id', jsonb_build_object(
    'salon_id', :'salon', 'resource_id', :'basin_1', 'start_date', '2026-12-02',
    'end_date', '2026-12-03', 'start_time', null, 'end_time', '14:45', 'reason', 'Leak',
    'created_at', '2026-12-01T07:00:00Z'), 'the answer has the closure'
);
select is(
  pg_temp.affected(:'answer'::jsonb), 'Carla 02 13:00 resource_unavailable',
  'an appointment that no other unit can take is affected'
);
select is(
  (:'answer'::jsonb #> '{affected_appointments,0}')
    - array(select jsonb_object_keys(schnittwerk.get_appointment(:'one'))),
  '{"customer_name": "Carla", "customer_phone": "+41 44 111 11 11", "staff_name": "Anna",
    "service_name": "Color", "cause": "resource_unavailable"}',
  'an affected appointment tells whom to call about what'
);
select results_eq(
  'select id, cause from schnittwerk.list_affected_appointments()',
  format($$values (%L::uuid, 'resource_unavailable')$$, :'one'),
  'list_affected_appointments lists an appointment whose unit is closed'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  :'answer'::jsonb -> 'moved_appointments', jsonb_build_array(jsonb_build_object(
    'id', :'alone', 'units', schnittwerk.get_appointment(:'alone') -> 'units')),
  'the answer has the appointments that moved, with their units'
);
select is(
  :'answer'::jsonb #>> '{moved_appointments,0,units,0,resource_id}', :'basin_2',
  'the units of a moved appointment are its new ones'
);
select is(
  pg_temp.basins(:'one'), 'Basin 1 / Basin 1 14:30', 'an affected appointment keeps its unit'
);
select is(
  pg_temp.basins(:'alone'), 'Basin 2 / Basin 2 14:30',
  'an appointment moves to the free unit, with its claim'
);
select is(
  (select count(*) from schnittwerk_core.occupancy o where o.claim_id = :'alone'), 3::bigint,
  'a moved appointment keeps its claims on staff'
);
select is(
  (select a.version from schnittwerk_core.appointments a where a.id = :'alone'), 1,
  'another unit is no new version of the appointment for its customer'
);
select is(
  pg_temp.basins(:'later'), 'Basin 1 / Basin 1 14:30',
  'an appointment after the closure keeps its unit'
);
select results_eq(
  format($$
    select a.role, a.before -> 'units' -> 0 ->> 'resource_id' from schnittwerk_core.audit a
    where a.table_name = 'appointments' and a.action = 'update' and a.row_key ->> 'id' = %L
  $$, :'alone'), format('values (%L, %L)', 'admin', :'basin_1'),
  'the move to another unit is in the audit'
);

-- The affected appointment finds a unit once there is one.
select schnittwerk.cancel_booking('free', :'two') \g /dev/null
select is(
  pg_temp.affected(schnittwerk.close_resource(:'basin_1', '2026-12-02')), 'nobody',
  'closing it again moves an appointment for which a unit has become free'
);
select is(
  pg_temp.basins(:'one'), 'Basin 2 / Basin 2 14:30', 'a unit that became free is used'
);
select is_empty(
  'select from schnittwerk.list_affected_appointments()', 'a moved appointment is affected no more'
);

-- Deactivating, and another pool.
select is(
  pg_temp.affected(schnittwerk.save_resource(null, p_is_active => false, p_id => :'basin_2')),
  'Carla 02 13:00 resource_unavailable, Carla 03 13:00 resource_unavailable',
  'deactivating a unit tells whom no other unit can take'
);
select is(
  pg_temp.affected(schnittwerk.save_resource(
    null, p_is_active => true, p_pool => 'other', p_id => :'basin_2')),
  'Carla 02 13:00 resource_unavailable, Carla 03 13:00 resource_unavailable',
  'moving a unit to another pool tells whom no other unit can take'
);
select is(
  pg_temp.affected(schnittwerk.save_resource(null, p_pool => 'basin', p_id => :'basin_2')),
  'nobody', 'a unit that is back in its pool affects nobody'
);
select schnittwerk.reopen_resource(c.id) from schnittwerk_core.unit_closure c \g /dev/null
select is(
  pg_temp.affected(schnittwerk.save_resource(null, p_pool => 'other', p_id => :'basin_2')),
  'nobody', 'moving a unit to another pool moves its appointments'
);
select is(
  array[pg_temp.basins(:'one'), pg_temp.basins(:'alone')],
  '{Basin 1 / Basin 1 14:30,Basin 1 / Basin 1 14:30}',
  'the appointments of a unit in another pool use what is left in theirs'
);
select schnittwerk.save_resource(null, p_is_active => false, p_id => :'basin_1') \g /dev/null
select schnittwerk.create_holiday('Closed', '2026-12-02') \g /dev/null
select results_eq(
  'select to_char(starts_at at time zone ''Europe/Zurich'', ''DD''), cause
   from schnittwerk.list_affected_appointments()',
  $$values ('02', 'holiday'), ('03', 'resource_unavailable'), ('04', 'resource_unavailable')$$,
  'an appointment with several causes is listed once, with the first'
);

select * from finish();
rollback;
