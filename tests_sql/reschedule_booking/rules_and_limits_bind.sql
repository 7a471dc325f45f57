begin;
select plan(18);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as id \gset
select schnittwerk.set_policy('max_reschedules', '0') \g /dev/null
select schnittwerk.create_holiday('Closed', '2026-12-10') \g /dev/null
select schnittwerk.set_policy('require_slot_grid', 'true') \g /dev/null

create function pg_temp.tried(
  p_id uuid, p_starts_at timestamptz, p_staff_id uuid default null,
  p_override_reason text default null
)
returns text
language plpgsql
as $$
declare
  v_answer jsonb;
begin
  v_answer := schnittwerk.reschedule_booking(
    gen_random_uuid()::text, p_id, p_starts_at, p_staff_id, null, p_override_reason);
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return coalesce(v_answer ->> 'code', 'done');
end
$$;

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(pg_temp.tried(:'id', starts_at, staff_id), code,
  format('a move to %s: %s', starts_at at time zone 'Europe/Zurich', code))
from (
  values
    (timestamptz '2026-12-01 09:30+01', :'anna'::uuid, 'notice_too_short'),
    ('2027-02-02 10:00+01', :'anna', 'too_far_ahead'),
    ('2026-12-10 10:00+01', :'anna', 'holiday'),
    ('2026-12-06 10:00+01', :'anna', 'business_closed'),
    ('2026-12-04 18:30+01', :'anna', 'outside_business_hours'),
    ('2026-12-04 10:05+01', :'anna', 'off_grid'),
    ('2026-12-04 12:15+01', :'anna', 'staff_unavailable'),
    ('2026-12-04 10:00+01', :'ben', 'done')
) t (starts_at, staff_id, code);
select is(
  pg_temp.tried(:'id', '2026-12-04 10:00+01', null, 'please'), 'forbidden',
  'customers may not give an override reason'
);

select pg_temp.become_superuser() \g /dev/null
delete from schnittwerk_core.staff_services where staff_id = :'ben';
select is(
  pg_temp.tried(:'id', '2026-12-04 10:00+01', :'ben'), 'service_not_offered',
  'a move to staff who do not perform the service is refused'
);

select pg_temp.become_user(:'carla_user') \g /dev/null
select pg_temp.now_is('2026-12-03 08:00+01') \g /dev/null
select is(pg_temp.tried(:'id', '2026-12-04 10:00+01'), 'done',
  'a customer can move until the deadline');
select pg_temp.now_is('2026-12-03 08:00:01+01') \g /dev/null
select is(
  pg_temp.tried(:'id', '2026-12-04 10:00+01'), 'reschedule_deadline_passed',
  'a customer cannot move after the deadline');
select pg_temp.become_user(:'anna_user') \g /dev/null
select is(
  pg_temp.tried(:'id', '2026-12-04 10:00+01'), 'reschedule_deadline_passed',
  'staff cannot move after the deadline without a reason');
select is(
  pg_temp.tried(:'id', '2026-12-10 10:00+01', null, 'a favour'), 'done',
  'staff with a reason can move after the deadline, even onto a holiday');

select pg_temp.become_superuser() \g /dev/null
select pg_temp.now_is('2026-12-01 08:00+01') \g /dev/null
select schnittwerk.reschedule_booking(
  n::text || 's', :'id', '2026-12-04 11:00+01'::timestamptz + n * interval '15 minutes')
from generate_series(1, 4) n \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.appointment_policies(:'id') ->> 'reschedules_left', '3',
  'moves by the salon do not use up the customer''s moves');
select schnittwerk.reschedule_booking(
  n::text || 'm', :'id', '2026-12-04 10:00+01'::timestamptz + n * interval '15 minutes')
from generate_series(1, 3) n \g /dev/null
select is(
  (select array[a ->> 'code', a ->> 'details']
    from schnittwerk.reschedule_booking('x', :'id', '2026-12-04 14:00+01') a),
  array['reschedule_limit_reached', 'Appointment cannot be rescheduled more than 3 times'],
  'a customer cannot move more often than was agreed'
);
select pg_temp.become_user(:'anna_user') \g /dev/null
select is(
  pg_temp.tried(:'id', '2026-12-04 14:00+01', null, 'a favour'), 'done',
  'staff can move beyond the limit of moves with a reason');
select pg_temp.become_superuser() \g /dev/null
select is(pg_temp.tried(:'id', '2026-12-04 14:00+01'), 'done',
  'the service can move beyond the limit of moves');

select * from finish();
rollback;
