begin;
select plan(2);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  \g /dev/null
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-04 10:00+01', :'ben')
  #>> '{appointment,id}' as affected \gset
select schnittwerk.create_holiday('Blackout', '2026-12-03') #>> '{holiday,id}' as id \gset
select is(
  jsonb_path_query_array(
    schnittwerk.update_holiday(:'id', '{"end_date": "2026-12-04"}'),
    '$.affected_appointments[*].id'),
  jsonb_build_array(:'affected'), 'a longer holiday lists the appointments on the day added'
);
select is(
  schnittwerk.update_holiday(:'id', '{"end_date": null}') -> 'affected_appointments', '[]',
  'a shorter holiday affects no appointments'
);

select * from finish();
rollback;
