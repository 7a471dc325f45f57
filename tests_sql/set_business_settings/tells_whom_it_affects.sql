begin;
select plan(3);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as morning \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 17:00+01', :'ben')
  #>> '{appointment,id}' as evening \gset
select is(
  schnittwerk.set_business_settings('{"buffer_time_minutes": 60}') -> 'affected_appointments',
  '[]', 'settings without opening hours affect no appointments'
);
select is(
  jsonb_path_query_array(
    schnittwerk.set_business_settings(
      '{"opening_hours": {"4": {"start_time": "09:00", "end_time": "17:30"}}}'),
    '$.affected_appointments[*].id'),
  jsonb_build_array(:'evening'), 'an earlier closing lists the appointments after it'
);
select is(
  jsonb_path_query_array(
    schnittwerk.set_business_settings('{"opening_hours": {}}'), '$.affected_appointments[*].id'),
  jsonb_build_array(:'morning'), 'closing every day lists the appointments that were in open time'
);

select * from finish();
rollback;
