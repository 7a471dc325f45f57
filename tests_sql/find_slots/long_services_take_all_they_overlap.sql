begin;
select plan(3);
\ir ../fixture.psql
\ir starts.psql

select schnittwerk.save_service('Braids', 180, 210) #>> '{service,id}' as braids \gset
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'braids')
)) \g /dev/null
select schnittwerk.create_booking(
  '1', :'carla', :'braids', '2026-12-02 09:30+01', :'ben') \g /dev/null

select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-02', 15),
  '12:45 13:00 13:15 13:30 13:45 14:00 14:15 14:30 14:45 15:00 15:15 15:30 15:45 16:00 16:15 '
  || '16:30 16:45 17:00',
  'a booking of three hours takes away all starts up to its buffer''s end'
);
select is(
  pg_temp.starts(:'braids', :'ben', '2026-12-02', 15),
  '12:45 13:00 13:15 13:30 13:45 14:00 14:15 14:30 14:45 15:00',
  'a long service has slots only where all of its time is free'
);

select schnittwerk.set_special_hours('2026-12-03', '[{"start_time": "09:00", "end_time": "11:59"}]')
\g /dev/null
select is(
  pg_temp.starts(:'braids', :'ben', '2026-12-03', 15), '',
  'a service longer than the day has no slots'
);

select * from finish();
rollback;
