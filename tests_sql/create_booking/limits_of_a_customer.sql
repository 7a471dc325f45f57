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
  'as many as the policy says'
);
select is(
  pg_temp.tried(null, :'haircut', '2026-12-05 10:00+01'),
  'Customer cannot have more than 2 open bookings', 'not one more'
);
select is(
  (select array[e.code, e.details] from schnittwerk.explain_slot(
    :'haircut', :'ben', '2026-12-05 10:00+01') e where not e.passed),
  array['booking_limit_reached', 'Customer cannot have more than 2 open bookings'],
  'which explain_slot tells'
);
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.tried(:'carla', :'haircut', '2026-12-05 10:00+01'),
  'Customer cannot have more than 2 open bookings', 'the salon''s people are held to it'
);
select is(
  pg_temp.tried(:'carla', :'haircut', '2026-12-05 10:00+01', 'regular'), 'done',
  'unless they say why');
select is(
  pg_temp.tried(:'dora', :'haircut', '2026-12-05 10:00+01'), 'done', 'each customer has their own');
select pg_temp.become_service() \g /dev/null
select is(
  pg_temp.tried(:'carla', :'haircut', '2026-12-05 10:00+01'), 'done', 'the service is exempt');
select schnittwerk.cancel_booking('c', :'first') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.tried(null, :'haircut', '2026-12-05 10:00+01'), 'done',
  'what is cancelled does not count'
);

select pg_temp.become_superuser() \g /dev/null
select schnittwerk.set_policy('max_open_bookings_per_customer', '0') \g /dev/null
select schnittwerk.set_policy('max_bookings_per_customer_and_day', '1') \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.tried(null, :'haircut', '2026-12-04 15:00+01'),
  'Customer cannot have more than 1 bookings a day', 'on one local day');
select is(pg_temp.tried(null, :'haircut', '2026-12-05 10:00+01'), 'done', 'another day is another');
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.set_policy('max_bookings_per_customer_and_day', '1', false) \g /dev/null
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.tried(null, :'haircut', '2026-12-04 15:00+01'), 'done', 'inactive, it does not hold');

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
