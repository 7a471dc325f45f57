begin;
select plan(19);
\ir ../fixture.psql

select
  schnittwerk.save_service('Perm', 60, 90, p_is_active => false) #>> '{service,id}' as perm,
  schnittwerk.save_staff('Cora', p_is_active => false) #>> '{staff,id}' as cora \gset
select
  schnittwerk.set_staff_services(:'ben', jsonb_build_array(
    jsonb_build_object('service_id', :'haircut'), jsonb_build_object('service_id', :'perm'))),
  schnittwerk.set_staff_services(:'cora', jsonb_build_array(
    jsonb_build_object('service_id', :'haircut'))),
  schnittwerk.create_holiday('Feast', '2026-12-03', p_type => 'blackout_date'),
  schnittwerk.create_holiday('Course', '2026-12-04', p_affects_all_staff => false,
    p_staff_ids => array[:'ben'::uuid]),
  schnittwerk.add_time_off(:'ben', '2026-12-05'),
  schnittwerk.set_special_hours('2026-12-07', '[]'),
  schnittwerk.create_booking('taken', :'dora', :'haircut', '2026-12-02 10:00+01', :'anna')
\g /dev/null

select is(
  (schnittwerk.create_booking(
    description, :'carla', service, start, staff, p_expected_price => price
  ) - '{operation_id,correlation_id}'::text[])::jsonb,
  jsonb_build_object(
    'success', false, 'replayed', false, 'http_status', status,
    'error', 'Booking creation failed', 'code', code, 'details', details
  ),
  description || ' is refused: ' || code
)
from (
  values
    (:'color'::uuid, :'ben'::uuid, timestamptz '2026-12-02 10:00+01', null::numeric,
      400, 'service_not_offered', 'This service is not offered by this member of staff',
      'a service that the staff do not perform'),
    (:'perm', :'ben', '2026-12-02 10:00+01', null,
      400, 'service_not_offered', 'This service is not offered by this member of staff',
      'an inactive service'),
    (:'haircut', :'cora', '2026-12-02 10:00+01', null,
      400, 'service_not_offered', 'This service is not offered by this member of staff',
      'an inactive member of staff'),
    (:'haircut', :'ben', '2026-12-02 10:00+01', 1,
      409, 'price_mismatch', 'The price is 75.00', 'another price'),
    (:'haircut', :'ben', '2026-12-01 09:59+01', null,
      400, 'notice_too_short', 'Appointment must be booked at least 2 hours in advance',
      'a start too soon'),
    (:'haircut', :'ben', '2026-11-30 10:00+01', null,
      400, 'notice_too_short', 'Appointment must be booked at least 2 hours in advance',
      'a start in the past'),
    (:'haircut', :'ben', '2027-01-02 10:00+01', null,
      400, 'too_far_ahead', 'Appointment cannot be booked more than 30 days in advance',
      'a start too far ahead'),
    (:'haircut', :'ben', '2026-12-03 10:00+01', null,
      400, 'holiday', 'Appointments cannot be booked on holidays or blackout dates', 'a holiday'),
    (:'haircut', :'ben', '2026-12-06 10:00+01', null,
      400, 'business_closed', 'Business is closed on this day', 'a Sunday'),
    (:'haircut', :'ben', '2026-12-07 10:00+01', null,
      400, 'business_closed', 'Business is closed on this day', 'a date that is closed'),
    (:'haircut', :'ben', '2026-12-02 17:01+01', null,
      400, 'outside_business_hours',
      'Appointment time is outside business hours (09:00 - 18:00)', 'an end after closing'),
    (:'haircut', :'anna', '2026-12-02 12:30+01', null,
      400, 'staff_unavailable', 'The member of staff is not available at this time', 'a break'),
    (:'haircut', :'ben', '2026-12-04 10:00+01', null,
      400, 'staff_unavailable', 'The member of staff is not available at this time',
      'a holiday of the staff'),
    (:'haircut', :'ben', '2026-12-05 10:00+01', null,
      400, 'staff_unavailable', 'The member of staff is not available at this time', 'time off'),
    (:'haircut', :'anna', '2026-12-02 11:00+01', null,
      409, 'slot_conflict', 'Time slot conflicts with another appointment',
      'a start within another appointment''s buffer'),
    (:'color', :'ben', '2026-12-06 03:00+01', 1,
      400, 'service_not_offered', 'This service is not offered by this member of staff',
      'a start that breaks several rules')
) t (service, staff, start, price, status, code, details, description);

select set_eq(
  $$select status, count(*) from schnittwerk_core.booking_operations group by status$$,
  $$values ('completed', 1::bigint), ('failed', 16)$$,
  'every rule''s refusal is stored as failed'
);
select results_eq(
  $$
    select code, error_message, response ->> 'details', starts_at, appointment_id
    from schnittwerk_core.booking_operations where idempotency_key = 'an end after closing'
  $$,
  $$
    values (
      'outside_business_hours', 'Appointment time is outside business hours (09:00 - 18:00)',
      'Appointment time is outside business hours (09:00 - 18:00)',
      timestamptz '2026-12-02 17:01+01', null::uuid
    )
  $$,
  'a rule''s refusal is stored with its code and wording'
);
select is(
  (select count(*) from schnittwerk_core.appointments), 1::bigint,
    'refused bookings are not in the book'
);

select * from finish();
rollback;
