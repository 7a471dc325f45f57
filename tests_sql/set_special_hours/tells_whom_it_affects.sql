begin;
select plan(3);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as morning \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 17:00+01', :'ben')
  #>> '{appointment,id}' as evening \gset
select is(
  jsonb_path_query_array(
    schnittwerk.set_special_hours('2026-12-03', '[{"start_time": "12:00", "end_time": "24:00"}]'),
    '$.affected_appointments[*].id'),
  jsonb_build_array(:'morning'), 'special hours list the appointments outside them'
);
select is(
  jsonb_path_query_array(
    schnittwerk.set_special_hours('2026-12-03', '[]'), '$.affected_appointments[*].id'),
  jsonb_build_array(:'evening'), 'closing the date lists the appointments that were in open time'
);
select is(
  schnittwerk.set_special_hours('2026-12-03', null) -> 'affected_appointments', '[]',
  'removing special hours affects no appointments'
);

select * from finish();
rollback;
