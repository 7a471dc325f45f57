begin;
select plan(7);
\ir ../fixture.psql
\ir starts.psql

-- Ben works around the clock, and the salon is open around the clock on three days.
select schnittwerk.set_staff_availability(:'ben', (
  select jsonb_agg(jsonb_build_object('day_of_week', d, 'start_time', '00:00', 'end_time', '24:00'))
  from generate_series(0, 6) d
)) \g /dev/null
select schnittwerk.set_special_hours(d::date, '[{"start_time": "00:00", "end_time": "24:00"}]')
from generate_series(date '2026-12-02', '2026-12-04', '1 day') d \g /dev/null
select schnittwerk.save_service(
  'Colour bath', 600, 300, p_buffer_before_minutes => 45, p_buffer_after_minutes => 90
) #>> '{service,id}' as bath \gset
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'bath')
)) \g /dev/null

select schnittwerk.create_booking(
  '1', :'carla', :'bath', '2026-12-02 20:00+01', :'ben') \g /dev/null
select is(
  split_part(pg_temp.starts(:'haircut', :'ben', '2026-12-03', 15), ' ', 1), '07:30',
  'an appointment that began the evening before counts until its buffer ends'
);
select is(
  (
    select to_char(s.starts_at at time zone 'Europe/Zurich', 'DD HH24:MI')
    from schnittwerk.find_slots(:'haircut', '2026-12-03', '2026-12-04', :'ben', p_limit => 1) s
  ),
  '03 07:30',
  'the first free slot comes after an appointment of the evening before'
);

select schnittwerk.create_booking(
  '2', :'carla', :'bath', '2026-12-04 00:00+01', :'ben') \g /dev/null
select is(
  right(pg_temp.starts(:'haircut', :'ben', '2026-12-03', 15), 5), '22:00',
  'an appointment of the next day counts from where its buffer begins'
);
select is(
  pg_temp.starts(:'bath', :'ben', '2026-12-03', 15), '08:15 08:30 08:45 09:00 09:15 09:30 09:45 '
  || '10:00 10:15 10:30 10:45 11:00 11:15 11:30 11:45',
  'the buffers of the service to be booked count across midnight'
);

delete from schnittwerk_core.appointments;
select schnittwerk.create_booking(
  '3', :'carla', :'haircut', '2026-12-02 22:15+01', :'ben'),
  schnittwerk.create_booking('4', :'carla', :'haircut', '2026-12-04 00:30+01', :'ben')
\g /dev/null
select is(
  split_part(pg_temp.starts(:'bath', :'ben', '2026-12-03', 15), ' ', 1), '00:15',
  'a claim before midnight blocks the buffer of a start after midnight'
);
select is(
  right(pg_temp.starts(:'haircut', :'ben', '2026-12-03', 15), 5), '23:15',
  'a claim after midnight blocks an appointment that reaches into it'
);

delete from schnittwerk_core.appointments;
select schnittwerk.set_business_settings('{"buffer_time_minutes": 1440}') \g /dev/null
select schnittwerk.create_booking(
  '5', :'carla', :'haircut', '2026-12-02 08:00+01', :'ben') \g /dev/null
select is(
  split_part(pg_temp.starts(:'haircut', :'ben', '2026-12-03', 15), ' ', 1), '09:00',
  'a buffer of a whole day reaches into the next day'
);

select * from finish();
rollback;
