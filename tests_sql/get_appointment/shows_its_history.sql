begin;
select plan(8);
\ir ../fixture.psql
\ir ../clock.psql
select set_config('request.headers', '{"x-correlation-id": "booking-1"}', true) \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset
select set_config('request.headers', '{"x-correlation-id": "change-1"}', true) \g /dev/null

select pg_temp.become_user(:'anna_user') \g /dev/null
select pg_temp.now_is('2026-12-01 09:00+01') \g /dev/null
select schnittwerk.confirm_booking('2', :'id') \g /dev/null
select pg_temp.now_is('2026-12-03 09:00+01') \g /dev/null
select schnittwerk.reschedule_booking(
  '3', :'id', '2026-12-03 16:00+01', :'anna', 'Ben is ill', 'our own fault') \g /dev/null

select is(
  schnittwerk.get_appointment(:'id') -> 'history' -> 2,
  jsonb_build_object(
    'version', 3, 'action', 'rescheduled', 'user_id', :'anna_user', 'role', 'staff',
    'reason', 'Ben is ill', 'override_reason', 'our own fault',
    'from_status', 'confirmed', 'to_status', 'confirmed',
    'from_service_id', :'haircut', 'to_service_id', :'haircut',
    'from_staff_id', :'ben', 'to_staff_id', :'anna',
    'from_starts_at', '2026-12-03T09:00:00Z', 'to_starts_at', '2026-12-03T15:00:00Z',
    'correlation_id', 'change-1', 'created_at', '2026-12-03T08:00:00Z'
  ),
  'a change in the history has who, role, why, when, from and to'
);
select is(
  schnittwerk.get_appointment(:'id') #> '{history,0}',
  jsonb_build_object(
    'version', 1, 'action', 'created', 'user_id', null, 'role', 'service',
    'reason', null, 'override_reason', null, 'from_status', null, 'to_status', 'pending',
    'from_service_id', null, 'to_service_id', :'haircut',
    'from_staff_id', null, 'to_staff_id', :'ben', 'from_starts_at', null,
    'to_starts_at', '2026-12-03T09:00:00Z', 'correlation_id', 'booking-1',
    'created_at', '2026-12-01T07:00:00Z'
  ),
  'the history begins with the booking, by the service without a user'
);
select is(
  jsonb_path_query_array(
    schnittwerk.get_appointment(:'id'), '$.history[*].action'),
  '["created", "confirmed", "rescheduled"]', 'the history lists the changes in order'
);

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  (schnittwerk.get_appointment(:'id') -> 'history' -> 2) - '{reason,from_staff_id}'::text[],
  jsonb_build_object(
    'version', 3, 'action', 'rescheduled', 'user_id', null, 'role', 'staff',
    'override_reason', null, 'from_status', 'confirmed', 'to_status', 'confirmed',
    'from_service_id', :'haircut', 'to_service_id', :'haircut',
    'to_staff_id', :'anna', 'from_starts_at', '2026-12-03T09:00:00Z',
    'to_starts_at', '2026-12-03T15:00:00Z',
    'correlation_id', 'change-1', 'created_at', '2026-12-03T08:00:00Z'
  ),
  'the history hides from the customer who of the team acted and why'
);
select is(
  schnittwerk.get_appointment(:'id') - 'history',
  (
    select jsonb_build_object(
      'salon_id', :'salon', 'id', :'id', 'customer_id', :'carla', 'staff_id', :'anna',
      'service_id', :'haircut', 'starts_at', '2026-12-03T15:00:00Z',
      'ends_at', '2026-12-03T16:00:00Z', 'status', 'confirmed', 'price', 75.00,
      'steps', null, 'units', null, 'visit_id', null, 'visit_item', null,
      'buffer_before_minutes', 0, 'buffer_after_minutes', 15, 'cancellation_deadline_hours', 24,
      'reschedule_deadline_hours', 2, 'max_reschedules', 3, 'reschedule_count', 0, 'notes', null,
      'price_details', null, 'promotion_id', null,
      'late_cancellation_fee_percent', null, 'no_show_fee_percent', null,
      'fee', null,
      'cancellable_until', null, 'cancelled_at', null, 'cancellation_reason', null,
      'created_at', '2026-12-01T07:00:00Z',
      'updated_at', '2026-12-03T08:00:00Z')
  ),
  'the answer has the whole appointment, with times in UTC'
);

select pg_temp.become_superuser() \g /dev/null
update schnittwerk_core.appointments set notes = 'Tea' where id = :'id';
select is(
  jsonb_array_length(schnittwerk.get_appointment(:'id') -> 'history'), 3,
  'a change of notes is not in the history'
);
update schnittwerk_core.appointments
set ends_at = ends_at + interval '15 minutes' where id = :'id';
update schnittwerk_core.appointments
set starts_at = '2026-12-03 17:00+01', ends_at = '2026-12-03 18:00+01' where id = :'id';
select is(
  (
    select array_agg(concat_ws(' ', h ->> 'action', h ->> 'role', h ->> 'user_id'))
    from jsonb_path_query(schnittwerk.get_appointment(:'id'), '$.history[3 to last]') h
  ),
  '{changed owner,rescheduled owner}',
  'changes by direct SQL are in the history as the owner''s'
);
select is(
  (select array_agg(h.version order by h.version) from schnittwerk_core.appointment_history h),
  '{1,2,3,4,5}', 'the versions in the history have no gap'
);

select * from finish();
rollback;
