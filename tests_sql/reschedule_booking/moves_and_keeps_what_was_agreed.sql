begin;
select plan(14);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset
select schnittwerk.save_service('Haircut', 90, 99, p_buffer_after_minutes => 0, p_id => :'haircut')
  \g /dev/null

select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.reschedule_booking('r', :'id', '2026-12-03 10:30+01', p_reason => 'late train')
  as answer \gset
select is(
  (:'answer'::jsonb -> 'appointment')
    - '{id,salon_id,staff_id,service_id,customer_id,created_at,updated_at}'::text[],
  '{
    "status": "pending", "cancellable_until": null, "cancelled_at": null,
    "cancellation_reason": null,
    "starts_at": "2026-12-03T09:30:00Z", "ends_at": "2026-12-03T10:30:00Z", "price": 75.00, "price_details": null,
    "promotion_id": null, "steps": null, "units": null, "visit_id": null, "visit_item": null,
    "buffer_before_minutes": 0, "buffer_after_minutes": 15, "cancellation_deadline_hours": 24,
    "reschedule_deadline_hours": 2, "max_reschedules": 3, "reschedule_count": 1, "notes": null,
    "price_details": null, "promotion_id": null,
    "late_cancellation_fee_percent": null, "no_show_fee_percent": null
  }', 'a move onto its own time keeps length, price and buffers'
);
select is(
  schnittwerk.reschedule_booking('r', :'id', '2026-12-03 10:30+01', p_reason => 'late train'),
  :'answer'::jsonb || '{"replayed": true}', 'a retry moves nothing'
);
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking('r', :'id', '2026-12-03 11:30+01')),
  '422 idempotency_key_reused', 'reusing the key with another start is refused'
);
select is(
  schnittwerk.reschedule_booking('s', :'id', '2026-12-03 16:00+01', :'anna')
    #>> '{appointment,staff_id}', :'anna', 'an appointment can move to another member of staff'
);
select is(
  (schnittwerk.get_appointment(:'id') -> 'history' -> 2)
    - '{created_at,correlation_id,reason,override_reason,version}'::text[],
  jsonb_build_object(
    'action', 'rescheduled', 'role', 'customer', 'user_id', :'carla_user',
    'from_status', 'pending', 'to_status', 'pending',
    'from_staff_id', :'ben', 'to_staff_id', :'anna',
    'from_service_id', :'haircut', 'to_service_id', :'haircut',
    'from_starts_at', '2026-12-03T09:30:00Z', 'to_starts_at', '2026-12-03T15:00:00Z'
  ), 'the history tells from where and to where an appointment moved'
);
select is(
  schnittwerk.get_appointment(:'id') #>> '{history,1,reason}', 'late train',
  'the history tells why an appointment moved');

select pg_temp.become_superuser() \g /dev/null
select schnittwerk.create_booking('2', :'dora', :'color', '2026-12-03 13:00+01', :'anna')
  #>> '{appointment,id}' as doras \gset
select is(
  (select array[a ->> 'error', a ->> 'code', a ->> 'details', a ->> 'http_status']
    from schnittwerk.reschedule_booking('t', :'id', '2026-12-03 14:00+01') a),
  array[
    'New time slot not available', 'slot_conflict', 'Time slot conflicts with another appointment',
    '409'
  ], 'a move to a taken time is refused as slot_conflict'
);
select is(
  (select concat_ws(' ', lower(o.during) at time zone 'Europe/Zurich',
      upper(o.during) at time zone 'Europe/Zurich')
    from schnittwerk_core.occupancy o where o.claim_id = :'id'),
  '2026-12-03 16:00:00 2026-12-03 17:15:00', 'a refused move keeps the old claim'
);
select is(
  pg_temp.who_may(format(
    $$select schnittwerk.reschedule_booking('who', %L, '2026-12-04 10:00+01')$$, :'doras')),
  'customer(not_found) staff receptionist admin service',
  'customers cannot move another customer''s appointment'
);
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking('u', :'id', '2026-12-04 10:00+01', :'carla')),
  '404 not_found', 'a move to unknown staff is not found'
);
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking('u', null, '2026-12-04 10:00:30+01')),
  '400 invalid_input: p_appointment_id, p_new_starts_at', 'one refusal names all invalid arguments'
);
select is(
  schnittwerk.reschedule_booking('u', :'id', '2026-12-04 10:00+01') ->> 'success', 'true',
  'unknown ids and invalid arguments leave the key unused'
);
select is(
  schnittwerk.reschedule_booking('v', :'id', '2026-12-04 10:00+01')
    #>> '{appointment,reschedule_count}', '2', 'a move to the current start is not counted'
);
select is(
  schnittwerk.get_appointment(:'id') ->> 'reschedule_count', '2',
  'the moves of the customer are counted');

select * from finish();
rollback;
