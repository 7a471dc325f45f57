begin;
select plan(3);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as stays \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 14:00+01', :'ben')
  #>> '{appointment,id}' as affected \gset
select schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-03 19:00+01', :'ben',
  p_override_reason => 'a favour') #>> '{appointment,id}' as outside_before \gset
select is(
  jsonb_path_query_array(
    schnittwerk.set_staff_availability(
      :'ben', '[{"day_of_week": 4, "start_time": "08:00", "end_time": "14:30"}]'),
    '$.affected_appointments[*].id'),
  jsonb_build_array(:'affected', :'outside_before'),
  'a new week lists the appointments outside it, even outside opening hours'
);
select is(
  jsonb_path_query_array(
    schnittwerk.set_staff_availability(:'ben', '[]'), '$.affected_appointments[*].id'),
  jsonb_build_array(:'stays'), 'an appointment that was listed before is not listed again'
);
select is(
  schnittwerk.set_staff_availability(:'anna', '[]') -> 'affected_appointments', '[]',
  'a change of one''s availability does not affect others'' appointments'
);

select * from finish();
rollback;
