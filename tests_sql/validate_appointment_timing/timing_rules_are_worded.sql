begin;
select plan(22);
\ir ../fixture.psql

-- The error message; 'valid' where there is none.
create function pg_temp.said(p_start timestamptz, p_end timestamptz)
returns text
language sql
as $$
  select case when v.is_valid and v.error_message is null then 'valid'
    when not v.is_valid then v.error_message end
  from schnittwerk.validate_appointment_timing(
    appointment_start => p_start, appointment_end => p_end) v
$$;

select results_eq(
  $$select * from schnittwerk.validate_appointment_timing(
    '2026-12-02 09:00+01', '2026-12-02 18:00+01')$$,
  'values (true, null::text)',
  'a valid time answers one row without a message'
);
select is(
  pg_temp.said('2026-12-02 11:00+01', '2026-12-02 11:00+01'), 'End time must be after start time',
  'an end at the start is refused'
);
select is(
  pg_temp.said('2026-12-02 11:00+01', '2026-12-02 10:00+01'), 'End time must be after start time',
  'an end before the start is refused'
);
select is(
  pg_temp.said('2026-12-01 09:59+01', '2026-12-01 11:00+01'),
  'Appointment must be booked at least 2 hours in advance', 'a start within the notice is refused'
);
select is(
  pg_temp.said('2026-12-01 10:00+01', '2026-12-01 11:00+01'), 'valid',
  'a start with just enough notice is valid'
);
select is(
  pg_temp.said('2026-11-30 10:00+01', '2026-11-30 11:00+01'),
  'Appointment must be booked at least 2 hours in advance',
  'a start yesterday is refused for its notice'
);
select schnittwerk.set_policy('minimum_booking_notice_hours', '4.5') \g /dev/null
select is(
  pg_temp.said('2026-12-01 12:00+01', '2026-12-01 13:00+01'),
  'Appointment must be booked at least 4.5 hours in advance',
  'the message names the notice that the salon has set'
);
select is(
  pg_temp.said('2027-01-02 10:00+01', '2027-01-02 11:00+01'),
  'Appointment cannot be booked more than 30 days in advance',
  'the message names the horizon of the settings'
);
select schnittwerk.set_policy('advance_booking_limit_days', '7') \g /dev/null
select is(
  pg_temp.said('2026-12-09 10:00+01', '2026-12-09 11:00+01'),
  'Appointment cannot be booked more than 7 days in advance',
  'the message names a stricter horizon of the policy'
);
select is(
  pg_temp.said('2026-12-06 10:00+01', '2026-12-06 11:00+01'), 'Business is closed on this day',
  'a closed Sunday is refused'
);
select is(
  pg_temp.said('2026-12-06 23:30+01', '2026-12-07 00:30+01'), 'Business is closed on this day',
  'a time from late on a closed Sunday is refused as closed'
);
select is(
  pg_temp.said('2026-12-07 00:30+01', '2026-12-07 01:30+01'),
  'Appointment time is outside business hours (09:00 - 18:00)',
  'a time early on an open Monday is refused as outside hours'
);
select is(
  pg_temp.said('2026-12-02 17:30+01', '2026-12-02 18:30+01'),
  'Appointment time is outside business hours (09:00 - 18:00)', 'an end after closing is refused'
);
select is(
  pg_temp.said('2026-12-02 08:59+01', '2026-12-02 10:00+01'),
  'Appointment time is outside business hours (09:00 - 18:00)', 'a start before opening is refused'
);
select is(
  pg_temp.said('2026-12-02 17:00+01', '2026-12-03 10:00+01'),
  'Appointment time is outside business hours (09:00 - 18:00)',
  'a time through the night between two open days is refused'
);
select schnittwerk.create_holiday('Feast', '2026-12-04'),
  schnittwerk.create_holiday('Outing', '2026-12-05', p_affects_all_staff => false,
    p_staff_ids => array[:'anna'::uuid]) \g /dev/null
select is(
  pg_temp.said('2026-12-04 10:00+01', '2026-12-04 11:00+01'),
  'Appointments cannot be booked on holidays or blackout dates', 'a holiday is refused'
);
select is(
  pg_temp.said('2026-12-05 10:00+01', '2026-12-05 11:00+01'), 'valid',
  'a holiday of some staff does not close the salon'
);

-- Open from Wednesday 22:00 to Thursday 03:00.
select
  schnittwerk.set_special_hours('2026-12-02', '[{"start_time": "22:00", "end_time": "24:00"}]'),
  schnittwerk.set_special_hours('2026-12-03', '[{"start_time": "00:00", "end_time": "03:00"}]')
\g /dev/null
select is(
  pg_temp.said('2026-12-02 22:00+01', '2026-12-03 03:00+01'), 'valid',
  'a time within a shift across midnight is valid'
);
select is(
  pg_temp.said('2026-12-02 23:00+01', '2026-12-03 03:01+01'),
  'Appointment time is outside business hours (22:00 - 24:00)',
  'a time a minute longer than a shift across midnight is refused'
);
select schnittwerk.create_holiday('Feast', '2026-12-03') \g /dev/null
select is(
  pg_temp.said('2026-12-02 23:30+01', '2026-12-03 00:30+01'),
  'Appointments cannot be booked on holidays or blackout dates',
  'a time into which a holiday begins is refused'
);

set local timezone = 'Pacific/Kiritimati';
select is(
  pg_temp.said('2026-12-04 23:59+01', '2026-12-05 00:30+01'),
  'Appointments cannot be booked on holidays or blackout dates',
  'the date is the salon''s, whatever the session''s time zone'
);
set local timezone = 'Pacific/Pago_Pago';
select is(
  pg_temp.said('2026-12-06 10:00+01', '2026-12-06 11:00+01'), 'Business is closed on this day',
  'the weekday is the salon''s, whatever the session''s time zone'
);

select * from finish();
rollback;
