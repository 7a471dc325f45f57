begin;
select plan(21);
\ir ../fixture.psql
\ir ../clock.psql
\ir ../appointments/owner.psql

-- Tells whether Carla is refused as she books and as she asks why not; nothing stays.
create function pg_temp.tried(p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz)
returns text
language plpgsql
as $$
declare
  v_answer jsonb;
  v_explained text;
begin
  perform pg_temp.become_user('00000000-0000-4000-8000-000000000004');
  select e.details into v_explained
  from schnittwerk.explain_slot(p_service_id, p_staff_id, p_starts_at) e
  where not e.passed;
  v_answer := schnittwerk.create_booking('try', null, p_service_id, p_starts_at, p_staff_id);
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  if v_explained is distinct from v_answer ->> 'details' then
    return concat_ws(' ', 'explained', v_explained, 'but answered', v_answer ->> 'details');
  end if;
  return coalesce(v_answer ->> 'details', 'done');
end
$$;
-- Writes an appointment of Carla's of that status, tries another, and undoes both.
create function pg_temp.tried_beside(
  p_insertion text, p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz
)
returns text
language plpgsql
as $$
declare
  v_outcome text;
begin
  execute p_insertion;
  v_outcome := pg_temp.tried(p_service_id, p_staff_id, p_starts_at);
  raise exception using errcode = 'UNDO1';
exception when sqlstate 'UNDO1' then
  return v_outcome;
end
$$;

select schnittwerk.set_policy('max_open_bookings_per_customer', '1') \g /dev/null
select is(
  pg_temp.tried_beside(
    pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', start, status),
    :'haircut', :'anna', '2026-12-02 15:00+01'),
  outcome,
  format('limit of open bookings, with one %s at %s: %s',
    status, start at time zone 'Europe/Zurich', outcome)
)
from (
  values
    ('pending', timestamptz '2026-12-01 08:00:01+01',
      'Customer cannot have more than 1 open bookings'),
    ('confirmed', '2026-12-20 10:00+01', 'Customer cannot have more than 1 open bookings'),
    ('pending', '2026-12-01 08:00+01', 'done'),
    ('confirmed', '2026-12-01 07:00+01', 'done'),
    ('cancelled', '2026-12-03 10:00+01', 'done'),
    ('no_show', '2026-12-03 10:00+01', 'done'),
    ('completed', '2026-12-03 10:00+01', 'done')
) t (status, start, outcome);

select schnittwerk.set_policy('max_open_bookings_per_customer', '0'),
  schnittwerk.set_policy('max_bookings_per_customer_and_day', '1') \g /dev/null
select is(
  pg_temp.tried_beside(
    pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', start, status),
    :'haircut', :'anna', '2026-12-02 15:00+01'),
  outcome,
  format('limit of bookings a day, with one %s at %s: %s',
    status, start at time zone 'Europe/Zurich', outcome)
)
from (
  values
    ('pending', timestamptz '2026-12-02 00:00+01',
      'Customer cannot have more than 1 bookings a day'),
    ('confirmed', '2026-12-02 23:59+01', 'Customer cannot have more than 1 bookings a day'),
    ('completed', '2026-12-02 10:00+01', 'Customer cannot have more than 1 bookings a day'),
    ('cancelled', '2026-12-02 10:00+01', 'done'),
    ('no_show', '2026-12-02 10:00+01', 'done'),
    ('pending', '2026-12-01 23:59+01', 'done'),
    ('pending', '2026-12-03 00:00+01', 'done')
) t (status, start, outcome);

select is(
  pg_temp.tried_beside(
    pg_temp.insertion(:'salon', :'carla', :'ben', :'haircut', '2026-12-02 10:00+01'),
    :'haircut', :'anna', start),
  outcome,
  format('limit of bookings a day, with one that day, booking %s: %s',
    start at time zone 'Europe/Zurich', outcome)
)
from (
  values
    (timestamptz '2026-12-02 00:30+01', 'Customer cannot have more than 1 bookings a day'),
    ('2026-12-03 00:30+01', 'Appointment time is outside business hours (09:00 - 19:00)')
) t (start, outcome);

select is(
  (
    select array_agg(e.passed) from schnittwerk.explain_slot(
      :'haircut', :'anna', '2026-12-02 15:00+01') e
    where e.rule = 'booking limit'
  ),
  '{t}', 'explain_slot holds no booking limit against the service'
);

select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.create_booking('1', null, :'haircut', '2026-12-02 10:00+01', :'ben')
    #>> '{appointment,id}' as id \gset
select schnittwerk.create_booking('2', null, :'haircut', '2026-12-02 15:00+01', :'ben') as refused
\gset
select is(
  :'refused'::jsonb - '{operation_id,correlation_id}'::text[],
  '{
    "success": false, "replayed": false, "http_status": 400, "error": "Booking creation failed",
    "code": "booking_limit_reached", "details": "Customer cannot have more than 1 bookings a day"
  }', 'a booking beyond the daily limit is refused by a rule'
);
select schnittwerk.cancel_booking('c', :'id') \g /dev/null
select is(
  schnittwerk.create_booking('2', null, :'haircut', '2026-12-02 15:00+01', :'ben'),
  :'refused'::jsonb || '{"replayed": true}',
  'a retry after a cancellation replays the limit''s refusal'
);
select is(
  schnittwerk.create_booking('2', null, :'haircut', '2026-12-02 15:00+01', :'anna') ->> 'code',
  'idempotency_key_reused', 'a key with a limit''s refusal counts as used'
);
select is(
  schnittwerk.create_booking('3', null, :'haircut', '2026-12-02 15:00+01', :'ben') ->> 'success',
  'true', 'with a new key the booking is within the limit'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
