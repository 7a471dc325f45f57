begin;
select plan(8);
\ir ../fixture.psql
\ir starts.psql

select
  schnittwerk.save_service(
    'Beard', 30, 25, p_buffer_before_minutes => 10, p_buffer_after_minutes => 5
  ) #>> '{service,id}' as beard,
  schnittwerk.save_service(
    'Touch-up', 60, 25, p_buffer_before_minutes => 0, p_buffer_after_minutes => 0
  ) #>> '{service,id}' as touch_up \gset
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'),
  jsonb_build_object('service_id', :'beard'),
  jsonb_build_object('service_id', :'touch_up')
)) \g /dev/null

select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-02', 480), '09:00 17:00',
  'a buffer may go beyond closing time, an appointment may not'
);

select schnittwerk.create_booking(
  '1', :'carla', :'haircut', '2026-12-02 11:00+01', :'ben') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-02', 15),
  '09:00 09:15 09:30 09:45 '
  || '12:15 12:30 12:45 13:00 13:15 13:30 13:45 14:00 14:15 14:30 14:45 15:00 15:15 15:30 15:45 '
  || '16:00 16:15 16:30 16:45 17:00',
  'the salon''s buffer is kept after each of two neighbours'
);
select is(
  array(
    select s from regexp_split_to_table(pg_temp.starts(:'beard', :'ben', '2026-12-02', 5), ' ') s
    where s between '10:15' and '12:30'
  ),
  '{10:15,10:20,10:25,12:25,12:30}',
  'the service''s own buffers add up with the neighbour''s buffer'
);
select is(
  array(
    select s from regexp_split_to_table(pg_temp.starts(:'touch_up', :'ben', '2026-12-02', 5), ' ') s
    where s between '09:50' and '12:20'
  ),
  '{09:50,09:55,10:00,12:15,12:20}',
  'a service without buffers still keeps the neighbour''s buffer'
);

select schnittwerk.create_booking(
  '2', :'carla', :'touch_up', '2026-12-03 11:00+01', :'ben') \g /dev/null
select is(
  pg_temp.starts(:'touch_up', :'ben', '2026-12-03', 60),
  '09:00 10:00 12:00 13:00 14:00 15:00 16:00 17:00 18:00',
  'without buffers appointments may touch'
);
select is(
  array(
    select s from regexp_split_to_table(pg_temp.starts(:'touch_up', :'ben', '2026-12-03', 1), ' ') s
    where s between '09:59' and '12:01'
  ),
  '{09:59,10:00,12:00,12:01}',
  'without buffers appointments may not share a minute'
);

select schnittwerk.set_business_settings('{"buffer_time_minutes": 0}') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-03'),
  '09:00 10:00 12:00 13:00 14:00 15:00 16:00 17:00 18:00',
  'a buffer of 0 in the settings means no buffer'
);
select is(
  array(
    select s from regexp_split_to_table(pg_temp.starts(:'haircut', :'ben', '2026-12-02', 15), ' ') s
    where s between '09:45' and '12:15'
  ),
  '{09:45,10:00,12:15}',
  'a booked appointment keeps the buffer it was booked with'
);

select * from finish();
rollback;
