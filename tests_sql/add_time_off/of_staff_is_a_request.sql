begin;
select plan(4);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as booked \gset
select pg_temp.become_user(:'anna_user');
select schnittwerk.add_time_off(:'anna', '2026-12-03', p_is_approved => true) as answer \gset
select is(
  :'answer'::jsonb #> '{time_off,is_approved}', 'false', 'time off that staff add is not approved');
select is(:'answer'::jsonb -> 'affected_appointments', '[]',
  'requested time off affects no appointments');
select is(
  schnittwerk.remove_time_off((:'answer'::jsonb #>> '{time_off,id}')::uuid) ->> 'success', 'true',
  'staff may remove their own request'
);
select pg_temp.become_user(:'admin_user');
select is(
  jsonb_path_query_array(
    schnittwerk.add_time_off(:'anna', '2026-12-03', null, '10:30', '11:30'),
    '$.affected_appointments[*].id'),
  jsonb_build_array(:'booked'), 'approved time off lists the affected appointments'
);

select * from finish();
rollback;
