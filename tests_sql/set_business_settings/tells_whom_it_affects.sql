begin;
select plan(3);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as morning \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 17:00+01', :'ben')
  #>> '{appointment,id}' as evening \gset
select is(
  schnittwerk.set_business_settings('{"buffer_time_minutes": 60}') -> 'affected_appointments',
  '[]', 'hours that are not given stay'
);
select is(
  jsonb_path_query_array(
    schnittwerk.set_business_settings(
      '{"opening_hours": {"4": {"start_time": "09:00", "end_time": "17:30"}}}'),
    '$.affected_appointments[*].id'),
  jsonb_build_array(:'evening'), 'those that closing comes too early for'
);
select is(
  jsonb_path_query_array(
    schnittwerk.set_business_settings('{"opening_hours": {}}'), '$.affected_appointments[*].id'),
  jsonb_build_array(:'morning'), 'and now the others'
);

select * from finish();
rollback;
