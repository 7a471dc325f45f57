begin;
select plan(13);
\ir ../fixture.psql
\ir ../refused.psql

-- The local starts of Ben's free haircuts around an appointment from 11:00 to 12:00.
create function pg_temp.starts(
  p_staff_id uuid, p_service_id uuid, p_buffer_minutes int default 15,
  p_slot_interval_minutes int default 15, p_from time default '09:15', p_to time default '13:00'
)
returns text
language sql
as $$
  select string_agg(to_char(s.start_time at time zone 'Europe/Zurich', 'HH24:MI'), ' '
    order by s.start_time)
  from schnittwerk.rpc_get_available_slots_enhanced(
    p_staff_id => p_staff_id, p_service_id => p_service_id, p_date => '2026-12-02',
    p_buffer_minutes => p_buffer_minutes, p_slot_interval_minutes => p_slot_interval_minutes
  ) s
  where (s.start_time at time zone 'Europe/Zurich')::time between p_from and p_to
$$;
create function pg_temp.refusal_of(p_staff_id uuid, p_service_id uuid, p_arguments text)
returns text
language sql
as $$
  select pg_temp.refused(format(
    'select schnittwerk.rpc_get_available_slots_enhanced(%L, %L, %s)',
    p_staff_id, p_service_id, p_arguments))
$$;

select results_eq(
  format(
    $$select * from schnittwerk.rpc_get_available_slots_enhanced(%L, %L, '2026-12-02') limit 1$$,
    :'ben', :'haircut'),
  $$values (timestamptz '2026-12-02 09:00+01', timestamptz '2026-12-02 10:00+01', 60, false)$$,
  'a slot has start, end, minutes and whether it is preferred'
);
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 11:00+01', :'ben')
\g /dev/null
select is(
  pg_temp.starts(:'ben', :'haircut'), '09:15 09:30 09:45 12:15 12:30 12:45 13:00',
  'by default 15 minutes are kept between neighbours'
);
select is(
  pg_temp.starts(:'ben', :'haircut', 30), '09:15 09:30 12:30 12:45 13:00',
  'a greater buffer is kept when asked for'
);
select is(
  pg_temp.starts(:'ben', :'haircut', 0), '09:15 09:30 09:45 12:15 12:30 12:45 13:00',
  'a buffer smaller than the rules'' has no effect'
);
select is(
  pg_temp.starts(:'ben', :'haircut', 20, 5, '09:30', '12:25'), '09:30 09:35 09:40 12:20 12:25',
  'slots have the interval asked for'
);
select is(
  pg_temp.starts(null, :'haircut', 15, 60, '11:00', '12:00'), '11:00',
  'without staff, slots of any staff are listed'
);
delete from schnittwerk_core.appointments;
select schnittwerk.set_business_settings('{"buffer_time_minutes": 0}') \g /dev/null
select schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-02 11:00+01', :'ben')
\g /dev/null
select is(
  pg_temp.starts(:'ben', :'haircut', 0) || '/' || pg_temp.starts(:'ben', :'haircut', 15),
  '09:15 09:30 09:45 10:00 12:00 12:15 12:30 12:45 13:00/09:15 09:30 09:45 12:15 12:30 12:45 13:00',
  'without a buffer in the rules, the one asked for is kept on both sides'
);

select is(
  pg_temp.refusal_of(:'ben', :'haircut', '''2026-12-02'', p_slot_interval_minutes => 0'),
  '400 invalid_input: p_slot_interval_minutes', 'an interval of 0 is refused'
);
select is(
  pg_temp.refusal_of(:'ben', :'haircut', '''2026-12-02'', p_buffer_minutes => -1'),
  '400 invalid_input: p_buffer_minutes', 'a negative buffer is refused'
);
select is(
  pg_temp.refusal_of(:'ben', :'haircut', '''2026-12-02'', p_buffer_minutes => 100000'),
  '400 invalid_input: p_buffer_minutes', 'a buffer of more than a day is refused'
);
select is(
  pg_temp.refusal_of(:'ben', :'haircut', 'null'), '400 invalid_input: p_date',
  'a missing date is refused'
);
select is(
  pg_temp.refusal_of(:'ben', :'ben', '''2026-12-02'''), '404 not_found',
  'an unknown service is not found'
);
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.starts(:'ben', :'haircut', 15, 60, '10:00', '13:00'), '13:00',
  'an anonymous caller may ask'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
