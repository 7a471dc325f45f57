begin;
select plan(13);
\ir ../fixture.psql

create function pg_temp.failures(p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz)
returns text
language sql
as $$
  select coalesce(string_agg(format('%s: %s', e.code, e.details), E'\n'), '')
  from schnittwerk.explain_slot(p_service_id, p_staff_id, p_starts_at) e
  where not e.passed
$$;

select is(
  pg_temp.failures(:'color', :'ben', '2026-12-02 09:00+01'),
  'service_not_offered: This service is not offered by this member of staff',
  'a service that the staff do not perform fails as service_not_offered'
);
select is(
  pg_temp.failures(:'haircut', :'ben', '2026-12-01 09:59+01'),
  'notice_too_short: Appointment must be booked at least 2 hours in advance',
  'a start too soon fails as notice_too_short'
);
select is(
  pg_temp.failures(:'haircut', :'ben', '2027-01-04 09:00+01'),
  'too_far_ahead: Appointment cannot be booked more than 30 days in advance',
  'a start beyond the horizon fails as too_far_ahead'
);
select schnittwerk.create_holiday('Feast', '2026-12-03') \g /dev/null
select is(
  pg_temp.failures(:'haircut', :'ben', '2026-12-03 09:00+01'),
  'holiday: Appointments cannot be booked on holidays or blackout dates',
  'a start on a holiday fails as holiday'
);
select alike(
  pg_temp.failures(:'haircut', :'ben', '2026-12-06 10:00+01'),
  E'business_closed: Business is closed on this day\n%',
  'a start on a closed day fails as business_closed'
);
select is(
  pg_temp.failures(:'haircut', :'ben', '2026-12-02 17:15+01'),
  'outside_business_hours: Appointment time is outside business hours (09:00 - 18:00)',
  'an end after closing fails as outside_business_hours'
);
select schnittwerk.set_special_hours('2026-12-08', '[
  {"start_time": "09:00", "end_time": "12:00"}, {"start_time": "13:00", "end_time": "24:00"}
]') \g /dev/null
select is(
  pg_temp.failures(:'haircut', :'ben', '2026-12-08 11:30+01'),
  'outside_business_hours: Appointment time is outside business hours '
  || '(09:00 - 12:00, 13:00 - 24:00)',
  'outside_business_hours names all windows of the date'
);
select is(
  pg_temp.failures(:'haircut', :'ben', '2026-12-02 09:07+01'), '',
  'a start off the grid is allowed by default'
);
select schnittwerk.set_policy('require_slot_grid', 'true') \g /dev/null
select is(
  pg_temp.failures(:'haircut', :'ben', '2026-12-02 09:07+01'),
  'off_grid: Appointments start every 15 minutes from opening',
  'a start off a required grid fails as off_grid'
);
select schnittwerk.set_policy('require_slot_grid', 'false') \g /dev/null
select is(
  pg_temp.failures(:'haircut', :'anna', '2026-12-02 11:30+01'),
  'staff_unavailable: The member of staff is not available at this time',
  'an end within a break fails as staff_unavailable'
);
select schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-02 13:00+01', :'anna')
\g /dev/null
select is(
  pg_temp.failures(:'haircut', :'anna', '2026-12-02 14:00+01'),
  'slot_conflict: Time slot conflicts with another appointment',
  'a start within a buffer fails as slot_conflict'
);
select is(
  pg_temp.failures(:'haircut', :'anna', '2026-12-02 12:30+01'),
  E'staff_unavailable: The member of staff is not available at this time\n'
  || 'slot_conflict: Time slot conflicts with another appointment',
  'several failing rules are listed in order'
);
select is(
  pg_temp.failures(:'haircut', :'ben', '2026-12-06 03:00+01'),
  E'business_closed: Business is closed on this day\n'
  || E'outside_business_hours: Appointment time is outside business hours (closed)\n'
  || 'staff_unavailable: The member of staff is not available at this time',
  'a closed day fails by day, by hours and by staff'
);

select * from finish();
rollback;
