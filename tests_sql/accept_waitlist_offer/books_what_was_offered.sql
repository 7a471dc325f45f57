begin;
select plan(12);
\ir ../fixture.psql
\ir ../waitlist.psql

select schnittwerk.join_waitlist(
  'join', :'dora', :'haircut', '2026-12-01', '2026-12-10', p_notes => 'Window seat, please'
) #>> '{waitlist_entry,id}' as id \gset
select pg_temp.free(:'haircut', :'anna', '2026-12-02 10:00+01') \g /dev/null
select schnittwerk.accept_waitlist_offer('1', :'id') as answer \gset
select :'answer'::jsonb #>> '{appointment,id}' as appointment \gset
select is(
  :'answer'::jsonb - '{operation_id,correlation_id,appointment,waitlist_entry}'::text[],
  '{"success": true, "replayed": false, "http_status": 201}', 'accepting answers 201'
);
select is(
  jsonb_build_object(
    'customer_id', :'dora', 'staff_id', :'anna', 'service_id', :'haircut', 'price', 75.00,
    'starts_at', '2026-12-02T09:00:00Z', 'ends_at', '2026-12-02T10:00:00Z', 'status', 'pending',
    'buffer_after_minutes', 15, 'notes', 'Window seat, please', 'reschedule_count', 0
  ) <@ (:'answer'::jsonb -> 'appointment'),
  true, 'the appointment is the offered slot, with the entry''s notes'
);
select is(
  array[:'answer'::jsonb #>> '{waitlist_entry,id}', :'answer'::jsonb #>> '{waitlist_entry,status}',
    :'answer'::jsonb #>> '{waitlist_entry,offer}'],
  array[:'id', 'booked', null], 'the answer''s waitlist entry is booked and has no open offer'
);
select is(pg_temp.entry_status(:'id'), 'booked', 'the stored waitlist entry is booked');
select results_eq(
  'select status, appointment_id from schnittwerk_core.waitlist_offer',
  format('values (%L, uuid %L)', 'accepted', :'appointment'),
  'the accepted offer refers to the appointment'
);
select results_eq(
  'select claim_id, resource_id, during, expires_at from schnittwerk_core.occupancy',
  format($$values (uuid %L, uuid %L, '[2026-12-02 10:00+01, 2026-12-02 11:15+01)'::tstzrange,
    null::timestamptz)$$, :'appointment', :'anna'),
  'the offer''s hold becomes the appointment''s claim'
);
select results_eq(
  $$
    select status, appointment_id, starts_at from schnittwerk_core.booking_operations
    where operation_type = 'accept_waitlist_offer'
  $$,
  format(
    'values (%L, uuid %L, timestamptz %L)', 'completed', :'appointment', '2026-12-02 10:00+01'),
  'the operation refers to the appointment'
);
select is(
  schnittwerk.accept_waitlist_offer('1', :'id'), :'answer'::jsonb || '{"replayed": true}',
  'a retry gets the same answer'
);
select is(
  (select count(*) from schnittwerk_core.appointments where status <> 'cancelled'), 1::bigint,
  'a retry books nothing'
);
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('2', :'id')), '409 offer_expired',
  'accepting again with another key finds no open offer'
);

select pg_temp.wait(:'carla', :'haircut') as other \gset
select is(
  pg_temp.refusal(schnittwerk.accept_waitlist_offer('1', :'other')),
  '422 idempotency_key_reused', 'reusing the key for another entry is refused'
);
select schnittwerk.set_policy('auto_confirm', 'true') \g /dev/null
select pg_temp.free(:'haircut', :'ben', '2026-12-02 10:00+01') \g /dev/null
select is(
  schnittwerk.accept_waitlist_offer('3', :'other') #>> '{appointment,status}', 'confirmed',
  'under auto_confirm an accepted offer is confirmed at once'
);

select * from finish();
rollback;
