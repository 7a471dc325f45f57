begin;
select plan(4);
\ir ../fixture.psql

-- A booking's own buffers, and what it claims.
create function pg_temp.claimed(p_answer jsonb)
returns text
language sql
as $$
  select format('%s+%s %s', a.buffer_before_minutes, a.buffer_after_minutes, (
    select to_char(lower(o.during) at time zone 'Europe/Zurich', 'HH24:MI-')
      || to_char(upper(o.during) at time zone 'Europe/Zurich', 'HH24:MI')
    from schnittwerk_core.occupancy o where o.claim_id = a.id
  ))
  from schnittwerk_core.appointments a
  where a.id = (p_answer #>> '{appointment,id}')::uuid
$$;

select schnittwerk.save_service(
  'Beard', 30, 25, p_buffer_before_minutes => 10, p_buffer_after_minutes => 0
) #>> '{service,id}' as beard \gset
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'beard')
)) \g /dev/null

select is(
  pg_temp.claimed(
    schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')),
  '0+15 10:00-11:15', 'by default a booking has the salon''s buffer after and none before'
);
select is(
  pg_temp.claimed(
    schnittwerk.create_booking('2', :'carla', :'beard', '2026-12-02 12:00+01', :'ben')),
  '10+0 11:50-12:30', 'the service''s own buffers replace the salon''s, even with 0'
);
select schnittwerk.set_business_settings('{"buffer_time_minutes": 5}'),
  schnittwerk.save_service(
    'Beard', 30, 25, p_buffer_before_minutes => 60, p_buffer_after_minutes => 60, p_id => :'beard')
\g /dev/null
update schnittwerk_core.appointments set status = 'confirmed';
select set_eq(
  $$
    select buffer_before_minutes, buffer_after_minutes from schnittwerk_core.appointments
  $$,
  'values (0, 15), (10, 0)', 'a booked appointment keeps its buffers when settings change'
);
select is(
  pg_temp.claimed(
    schnittwerk.create_booking('3', :'carla', :'haircut', '2026-12-02 14:00+01', :'ben')),
  '0+5 14:00-15:05', 'a booking after the change has the new buffer'
);

select * from finish();
rollback;
