begin;
select plan(6);
\ir ../fixture.psql

select
  schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben'),
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-02 10:00+01', :'ben'),
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 11:00+01', :'ben'),
  schnittwerk.create_booking('4', :'dora', :'haircut', '2026-12-06 11:00+01', :'ben') \g /dev/null
set local search_path = schnittwerk_core, public, tap;
set local timezone = 'UTC';

prepare conflicts as
-- Monitor appointment conflicts
SELECT
  DATE(starts_at) as booking_date,
  COUNT(*) as total_attempts,
  COUNT(*) FILTER (WHERE status = 'failed' AND error_message LIKE '%conflict%') as conflicts
FROM booking_operations
WHERE created_at >= NOW() - INTERVAL '7 days'
GROUP BY DATE(starts_at);
select set_eq(
  'conflicts', $$values (date '2026-12-02', 3::bigint, 2::bigint), ('2026-12-06', 1, 0)$$,
  'the monitoring of conflicts counts attempts and conflicts'
);

update booking_operations set updated_at = created_at + interval '1.5 seconds';
prepare durations as
-- Track slot generation performance
SELECT
  AVG(EXTRACT(EPOCH FROM (updated_at - created_at))) as avg_duration_seconds
FROM booking_operations
WHERE operation_type = 'create'
AND created_at >= NOW() - INTERVAL '1 day';
select results_eq('durations', 'values (1.5)', 'the monitoring of durations has a duration');

INSERT INTO booking_policies (policy_key, policy_value, description) VALUES
  ('cancellation_deadline_hours', '24', 'Hours before appointment cancellation allowed'),
  ('reschedule_deadline_hours', '2', 'Hours before appointment reschedule allowed'),
  ('max_reschedules', '3', 'Maximum reschedules per appointment');
select set_eq(
  $$select salon_id::text || policy_key || policy_value from booking_policies$$,
  array[
    :'salon' || 'cancellation_deadline_hours24', :'salon' || 'reschedule_deadline_hours2',
    :'salon' || 'max_reschedules3'
  ],
  'policies are configured by plain inserts, for the only salon'
);
select throws_ok(
  $$INSERT INTO booking_policies (policy_key, policy_value) VALUES
    ('minimum_booking_notice_hours', '"4"')$$,
  '23514', null, 'an inserted policy cannot be a number written as a string'
);
select throws_ok(
  $$INSERT INTO booking_policies (policy_key, policy_value) VALUES
    ('minimum_booking_notice_hours', '-1')$$,
  '23514', null, 'an inserted policy cannot be out of range'
);
select throws_ok(
  $$INSERT INTO booking_policies (policy_key, policy_value) VALUES ('no_such_policy', '1')$$,
  '23503', null, 'an unknown policy cannot be inserted'
);

select * from finish();
rollback;
