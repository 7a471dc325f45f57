begin;
select plan(13);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset

select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.cancel_booking('c', :'id', 'ill') as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '200', 'a customer cancels their own appointment');
select is(
  (:'answer'::jsonb -> 'appointment') - '{id,salon_id,staff_id,service_id,customer_id}'::text[],
  '{
    "status": "cancelled", "cancelled_at": "2026-12-01T07:00:00Z", "cancellation_reason": "ill",
    "starts_at": "2026-12-03T09:00:00Z", "ends_at": "2026-12-03T10:00:00Z", "price": 75.00,
    "steps": null, "units": null, "visit_id": null, "visit_item": null,
    "buffer_before_minutes": 0, "buffer_after_minutes": 15, "cancellation_deadline_hours": 24,
    "reschedule_deadline_hours": 2, "max_reschedules": 3, "reschedule_count": 0, "cancellable_until": null, "notes": null,
    "price_details": null, "promotion_id": null,
    "late_cancellation_fee_percent": null, "no_show_fee_percent": null,
    "created_at": "2026-12-01T07:00:00Z", "updated_at": "2026-12-01T07:00:00Z"
  }', 'cancelling answers with the whole appointment'
);
select is(
  schnittwerk.cancel_booking('c', :'id', 'ill'),
  :'answer'::jsonb || '{"replayed": true}', 'a retry gets the same answer'
);
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('c', :'id', 'well')), '422 idempotency_key_reused',
  'reusing the key with another reason is refused'
);
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('d', :'id')), '400 wrong_status',
  'a cancelled appointment cannot be cancelled again'
);
select is(
  (schnittwerk.get_appointment(:'id') -> 'history' -> 1)
    - '{created_at,correlation_id,from_service_id,to_service_id,from_staff_id,to_staff_id}'::text[],
  jsonb_build_object(
    'version', 2, 'action', 'cancelled', 'role', 'customer', 'user_id', :'carla_user',
    'reason', 'ill', 'override_reason', null, 'from_status', 'pending', 'to_status', 'cancelled',
    'from_starts_at', '2026-12-03T09:00:00Z', 'to_starts_at', '2026-12-03T09:00:00Z'
  ), 'the history tells who cancelled, why, from what and to what'
);
select is(
  schnittwerk.create_booking('again', null, :'haircut', '2026-12-03 10:00+01', :'ben')
    ->> 'success', 'true', 'the start of a cancelled appointment can be booked again'
);

select pg_temp.become_superuser() \g /dev/null
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 14:00+01', :'ben')
  #>> '{appointment,id}' as doras \gset
select is(
  pg_temp.who_may(format($$select schnittwerk.cancel_booking('who', %L)$$, :'doras')),
  'customer(not_found) staff receptionist admin service',
  'customers cannot cancel another customer''s appointment'
);
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  schnittwerk.cancel_booking('x', :'doras') - 'correlation_id',
  schnittwerk.cancel_booking('x', gen_random_uuid()) - 'correlation_id',
  'another customer''s appointment is refused like an unknown one'
);
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('y', :'id', p_override_reason => 'please')),
  '403 forbidden', 'customers may not give an override reason'
);
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('', null, repeat('x', 2001))),
  '400 invalid_input: p_idempotency_key, p_appointment_id, p_reason',
  'one refusal names all invalid arguments'
);
select pg_temp.become_superuser() \g /dev/null
update schnittwerk_core.appointments set status = 'cancelled' where id = :'doras';
select is(
  (select h.role from schnittwerk_core.appointment_history h
    where h.appointment_id = :'doras' and h.version = 2),
  'owner', 'a change by direct SQL is in the history as the owner''s'
);
select is(
  (select count(*)::int from schnittwerk_core.booking_operations o
    where o.operation_type = 'cancel' and o.appointment_id = :'id'
      and o.starts_at = '2026-12-03 10:00+01'),
  2, 'done and refused operations name the appointment and its start'
);

select * from finish();
rollback;
