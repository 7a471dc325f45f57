-- The two queries are the seed document's ("Database Monitoring"), letter by letter, run by a login
-- that has been granted the service's role and nothing else.
begin;
select plan(10);
\ir ../fixture.psql

select
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna'),
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna'),
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna'),
  -- a retry is no attempt of its own, and does not make the operation last until now
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 10:30+01', :'anna'),
  schnittwerk.create_booking('4', :'dora', :'haircut', '2026-12-03 10:00+01', :'anna'),
  -- refused, but not for a conflict
  schnittwerk.create_booking('5', :'dora', :'haircut', '2026-12-03 20:00+01', :'anna'),
  schnittwerk.create_booking('6', :'dora', :'haircut', '2026-12-04 10:00+01', :'anna'),
  schnittwerk.create_booking('7', :'dora', :'haircut', '2026-12-04 14:00+01', :'anna')
\g /dev/null
update schnittwerk_core.booking_operations
set updated_at = created_at + idempotency_key::int * interval '10 ms';
-- longer ago than either asks, and of another type than the second does
update schnittwerk_core.booking_operations
set created_at = created_at - interval '8 days', updated_at = updated_at - interval '8 days'
where idempotency_key = '6';
update schnittwerk_core.booking_operations
set created_at = created_at - interval '25 hours', updated_at = updated_at - interval '25 hours'
where idempotency_key = '7';
select schnittwerk.create_booking('8', :'dora', :'haircut', '2026-12-02 14:00+01', :'anna')
\g /dev/null
update schnittwerk_core.booking_operations
set updated_at = created_at + interval '10 seconds' where idempotency_key = '8';
update schnittwerk_core.booking_operations
set operation_type = 'other' where idempotency_key = '8';

create role monitor login;
grant schnittwerk_service to monitor;
grant usage on schema tap to monitor;
set local time zone 'Europe/Zurich';
set local session authorization monitor;
set local search_path = schnittwerk_core, tap;

prepare conflicts as
SELECT 
  DATE(starts_at) as booking_date,
  COUNT(*) as total_attempts,
  COUNT(*) FILTER (WHERE status = 'failed' AND error_message LIKE '%conflict%') as conflicts
FROM booking_operations 
WHERE created_at >= NOW() - INTERVAL '7 days'
GROUP BY DATE(starts_at);

prepare durations as
SELECT 
  AVG(EXTRACT(EPOCH FROM (updated_at - created_at))) as avg_duration_seconds
FROM booking_operations 
WHERE operation_type = 'create' 
AND created_at >= NOW() - INTERVAL '1 day';

select bag_eq(
  'conflicts',
  $$values ('2026-12-02'::date, 4::bigint, 2::bigint), ('2026-12-03', 2, 0), ('2026-12-04', 1, 0)$$,
  'monitoring counts attempts and conflicts by booking date'
);
select results_eq(
  'durations', 'values (0.030000::numeric)',
  'monitoring averages the duration of the last day''s bookings'
);
select throws_ok(
  'select ' || c.name || ' from booking_operations', '42501', null,
  'monitoring cannot read ' || c.name
)
from unnest(
  '{response,idempotency_key,request_fingerprint,override_reason,caller}'::text[]
) c (name);
select throws_ok(
  'update booking_operations set code = null', '42501', null,
  'monitoring cannot change operations');
select throws_ok('select from appointments', '42501', null, 'monitoring cannot read appointments');
select lives_ok('select * from refusal', 'monitoring can read the refusal log');

select * from finish();
rollback;
