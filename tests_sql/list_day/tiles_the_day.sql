begin;
select plan(14);
\ir ../fixture.psql
\ir ../refused.psql

-- What a day is made of for Anna: '09:00 open, 12:00 break, …' in local time.
create function pg_temp.day(p_date date, p_staff_id uuid, p_time_zone text default 'Europe/Zurich')
returns text
language sql
as $$
  select string_agg(
    concat_ws(' ', to_char(d.starts_at at time zone p_time_zone, 'HH24:MI'), d.kind,
      '(' || d.label || ')', d.customer_name, d.service_name, d.status),
    ', ' order by d.starts_at)
  from schnittwerk.list_day(p_date, p_staff_id) d
$$;

select is(
  pg_temp.who_may($$select * from schnittwerk.list_day('2026-12-01')$$),
  'staff receptionist admin service', 'the salon team and the service may list a day'
);
select is(
  pg_temp.refused($$select schnittwerk.list_day(null)$$), '400 invalid_input: p_date',
  'a day without a date is refused');
select is(
  pg_temp.refused(format($$select schnittwerk.list_day('2026-12-01', %L)$$, :'carla')),
  '404 not_found', 'unknown staff are not found'
);

select is(
  pg_temp.day('2026-12-03', :'anna'),
  '00:00 closed, 09:00 open, 12:00 break, 13:00 open, 19:00 closed',
  'a day without appointments is open, with the break of its unavailable window'
);
select is(
  pg_temp.day('2026-12-06', :'anna'), '00:00 closed',
  'a day on which the salon is closed is one stretch');

select schnittwerk.set_service_steps(:'color', '[
  {"minutes": 30, "staff": true}, {"minutes": 60, "staff": false}, {"minutes": 30, "staff": true}
]') \g /dev/null
select schnittwerk.create_booking(
    'color', :'carla', :'color', '2026-12-02 09:15+01', :'anna') #>> '{appointment,id}' as colored,
  schnittwerk.save_service('Fringe', 15, 20, p_buffer_after_minutes => 15) #>> '{service,id}' as fringe \gset
select schnittwerk.set_staff_services(:'anna', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'color'),
  jsonb_build_object('service_id', :'fringe'))) \g /dev/null
select schnittwerk.create_booking('fringe', :'dora', :'fringe', '2026-12-02 10:00+01', :'anna') \g /dev/null
select schnittwerk.hold_slot('hold', :'haircut', '2026-12-02 13:00+01', :'anna', :'dora') \g /dev/null
select schnittwerk.hold_slot('nobody', :'haircut', '2026-12-02 16:00+01', :'anna') \g /dev/null
select is(
  pg_temp.day('2026-12-02', :'anna'),
  '00:00 closed, 09:00 open, 09:15 booked Carla Color pending, 09:45 gap Carla Color pending, '
  '10:00 booked Dora Fringe pending, 10:15 buffer Dora Fringe pending, '
  '10:30 gap Carla Color pending, 10:45 booked Carla Color pending, '
  '11:15 buffer Carla Color pending, 11:30 open, 12:00 break, 13:00 held Dora Haircut, '
  '14:00 buffer Dora Haircut, 14:15 open, 16:00 held Haircut, 17:00 buffer Haircut, '
  '17:15 open, 18:00 closed',
  'appointments, what another one takes of a gap, buffers and holds come before open time'
);
select is(
  array(
    select d.kind from schnittwerk.list_day('2026-12-02', :'anna') d
    where d.appointment_id = :'colored' order by d.starts_at
  ),
  '{booked,gap,gap,booked,buffer}'::text[], 'the stretches of an appointment have its id'
);
select schnittwerk.cancel_booking('cancel', :'colored') \g /dev/null
select alike(
  pg_temp.day('2026-12-02', :'anna'),
  '00:00 closed, 09:00 open, 10:00 booked Dora Fringe pending, %',
  'a cancelled appointment takes no time');

select schnittwerk.add_time_off(:'anna', '2026-12-04', p_start_time => '14:00', p_end_time => '15:30',
  p_type => 'doctor') \g /dev/null
select schnittwerk.add_time_off(:'anna', '2026-12-04', p_start_time => '09:00', p_end_time => '10:00',
  p_is_approved => false) \g /dev/null
select schnittwerk.set_special_hours('2026-12-04', '[
  {"start_time": "07:00", "end_time": "11:00"}, {"start_time": "12:30", "end_time": "16:00"}
]') \g /dev/null
select is(
  pg_temp.day('2026-12-04', :'anna'),
  '00:00 closed, 07:00 off, 08:00 open, 11:00 break, 13:00 open, 14:00 off (doctor), '
  '15:30 open, 16:00 closed',
  'special hours, approved time off and hours that they do not work show'
);
select schnittwerk.create_holiday('Staff outing', '2026-12-05', p_affects_all_staff => false,
  p_staff_ids => array[:'ben'::uuid]) \g /dev/null
select is(
  array[pg_temp.day('2026-12-05', :'ben'), pg_temp.day('2026-12-05', :'anna')],
  array['00:00 holiday (Staff outing)',
    '00:00 closed, 08:00 open, 12:00 break, 13:00 open, 16:00 closed'],
  'a holiday closes the day for the staff that it is linked to'
);

select schnittwerk.create_booking('ben', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben'),
  schnittwerk.save_staff('Ben', p_is_active => false, p_id => :'ben') \g /dev/null
select is(
  pg_temp.day('2026-12-03', :'ben'),
  '00:00 closed, 09:00 off, 10:00 booked Carla Haircut pending, '
  '11:00 buffer Carla Haircut pending, 11:15 off, 19:00 closed',
  'inactive staff with an appointment are listed without open time'
);
select is_empty(
  format($$select from schnittwerk.list_day('2026-12-04', %L)$$, :'ben'),
  'inactive staff without an appointment are not listed');

select is(
  array(
    select round(extract(epoch from d.ends_at - d.starts_at) / 3600)::int
    from schnittwerk.list_day(p.date, :'anna') d
  ),
  array[p.hours], format('%s lasts %s hours', p.date, p.hours)
)
from (values ('2027-03-28'::date, 23), ('2026-10-25', 25)) p (date, hours);

select * from finish();
rollback;
