begin;
select plan(9);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset
select schnittwerk.set_policy('cancellation_deadline_hours', '48') \g /dev/null

create function pg_temp.tried(p_id uuid, p_override_reason text default null)
returns text
language plpgsql
as $$
declare
  v_answer jsonb;
begin
  v_answer := schnittwerk.cancel_booking(
    gen_random_uuid()::text, p_id, p_override_reason => p_override_reason);
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return coalesce(v_answer ->> 'details', 'done');
end
$$;

select pg_temp.become_user(:'carla_user') \g /dev/null
select pg_temp.now_is('2026-12-02 10:00+01') \g /dev/null
select is(pg_temp.tried(:'id'), 'done',
  'a customer can cancel until the deadline agreed when booking');
select pg_temp.now_is('2026-12-02 10:00:01+01') \g /dev/null
select is(
  pg_temp.tried(:'id'), 'Appointment must be cancelled at least 24 hours in advance',
  'a customer cannot cancel after the agreed deadline'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.tried(:'id'), 'Appointment must be cancelled at least 24 hours in advance',
  'the salon team cannot cancel after the deadline without a reason'
);
select is(pg_temp.tried(:'id', 'sick child'), 'done',
  'the salon team can cancel after the deadline with a reason');
select pg_temp.become_service() \g /dev/null
select is(pg_temp.tried(:'id'), 'done',
  'the service can cancel after the deadline without a reason');
select set_config('schnittwerk.acting_user', :'carla_user', true) \g /dev/null
select is(
  pg_temp.tried(:'id'), 'Appointment must be cancelled at least 24 hours in advance',
  'the service acting for a customer is bound by the deadline'
);
select set_config('schnittwerk.acting_user', '', true) \g /dev/null
select pg_temp.become_user(:'admin_user') \g /dev/null
select pg_temp.now_is('2026-12-03 10:00+01') \g /dev/null
select is(
  pg_temp.tried(:'id'), 'The appointment has begun',
  'the salon team cannot cancel what has begun without a reason'
);
select pg_temp.now_is('2026-12-02 12:00+01') \g /dev/null
select schnittwerk.cancel_booking('o', :'id', 'ill', 'sick child') \g /dev/null
select is(
  schnittwerk.get_appointment(:'id') #>> '{history,1,override_reason}', 'sick child',
  'the history shows the override''s reason to the salon team'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.get_appointment(:'id') #> '{history,1,override_reason}', 'null',
  'the history hides the override''s reason from the customer'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
