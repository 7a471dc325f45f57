begin;
select plan(11);
\ir ../fixture.psql
select schnittwerk.set_policy('max_open_bookings_per_customer', '2') \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as first \gset

create function pg_temp.tried(
  p_customer_id uuid, p_service_id uuid, p_starts_at timestamptz,
  p_override_reason text default null
)
returns text
language plpgsql
as $$
declare
  v_answer jsonb;
begin
  v_answer := schnittwerk.create_booking(
    gen_random_uuid()::text, p_customer_id, p_service_id, p_starts_at,
    p_override_reason => p_override_reason);
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return coalesce(v_answer ->> 'details', 'done');
end
$$;

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.create_booking('2', null, :'haircut', '2026-12-04 10:00+01') ->> 'success', 'true',
  'a customer may have as many open bookings as the policy says'
);
select is(
  pg_temp.tried(null, :'haircut', '2026-12-05 10:00+01'),
  'Customer cannot have more than 2 open bookings',
  'a customer cannot book beyond the limit of open bookings'
);
select is(
  (select array[e.code, e.details] from schnittwerk.explain_slot(
    :'haircut', :'ben', '2026-12-05 10:00+01') e where not e.passed),
  array['booking_limit_reached', 'Customer cannot have more than 2 open bookings'],
  'explain_slot names the limit that a customer has reached'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.tried(:'carla', :'haircut', '2026-12-05 10:00+01'),
  'Customer cannot have more than 2 open bookings', 'the salon team is bound by a customer''s limit'
);
select is(
  pg_temp.tried(:'carla', :'haircut', '2026-12-05 10:00+01', 'regular'), 'done',
  'the salon team may exceed a customer''s limit with a reason');
select is(
  pg_temp.tried(:'dora', :'haircut', '2026-12-05 10:00+01'), 'done',
  'each customer has their own limit');
select pg_temp.become_service() \g /dev/null
select is(
  pg_temp.tried(:'carla', :'haircut', '2026-12-05 10:00+01'), 'done',
  'the service is exempt from the limit');
select schnittwerk.cancel_booking('c', :'first') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.tried(null, :'haircut', '2026-12-05 10:00+01'), 'done',
  'a cancelled booking does not count towards the limit'
);

select pg_temp.become_superuser() \g /dev/null
select schnittwerk.set_policy('max_open_bookings_per_customer', '0') \g /dev/null
select schnittwerk.set_policy('max_bookings_per_customer_and_day', '1') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.tried(null, :'haircut', '2026-12-04 15:00+01'),
  'Customer cannot have more than 1 bookings a day',
  'a second booking on one local day exceeds the daily limit');
select is(pg_temp.tried(null, :'haircut', '2026-12-05 10:00+01'), 'done',
  'a booking on another day is within the daily limit');
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.set_policy('max_bookings_per_customer_and_day', '1', false) \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.tried(null, :'haircut', '2026-12-04 15:00+01'), 'done',
  'an inactive daily limit does not bind');

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
