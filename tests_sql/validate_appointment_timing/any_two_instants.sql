-- Every pair of instants has an answer, however odd; nothing is raised.
begin;
select plan(27);
\ir ../fixture.psql

create function pg_temp.said(p_start timestamptz, p_end timestamptz)
returns text
language sql
as $$
  select case when v.is_valid and v.error_message is null then 'valid'
    when not v.is_valid then v.error_message end
  from schnittwerk.validate_appointment_timing(p_start, p_end) v
$$;

select is(pg_temp.said(first::timestamptz, last::timestamptz), answer,
  format('an appointment from %s to %s: %s', first, last, answer))
from (
  values
    ('2026-12-02 10:00:01+01', '2026-12-02 11:00:00.000001+01', 'valid'),
    ('2026-12-02 10:00:00+01', '2026-12-02 10:00:00.000001+01', 'valid'),
    ('2026-12-02 17:00:30+01', '2026-12-02 18:00:00.000001+01',
      'Appointment time is outside business hours (09:00 - 18:00)'),
    ('2026-12-01 09:59:59.999999+01', '2026-12-01 11:00+01',
      'Appointment must be booked at least 2 hours in advance'),
    ('2026-12-31 08:00:00.000001+01', '2026-12-31 11:00+01',
      'Appointment cannot be booked more than 30 days in advance'),
    ('1999-12-01 10:00+01', '1999-12-01 11:00+01',
      'Appointment must be booked at least 2 hours in advance'),
    ('2026-12-02 10:00+01', '2999-12-02 11:00+01',
      'Appointment time is outside business hours (09:00 - 18:00)'),
    ('2026-12-02 10:00+01', 'infinity',
      'Appointment time is outside business hours (09:00 - 18:00)'),
    ('4714-11-24 00:00+00 BC', '294276-12-31 23:59:59.999999+00',
      'Appointment must be booked at least 2 hours in advance'),
    ('294276-12-31 23:59:59.999998+00', '294276-12-31 23:59:59.999999+00',
      'Appointment cannot be booked more than 30 days in advance'),
    ('4714-11-24 00:00+00 BC', '4714-11-24 00:01+00 BC',
      'Appointment must be booked at least 2 hours in advance'),
    ('294276-12-31 23:59+00', '4714-11-24 00:00+00 BC', 'End time must be after start time'),
    ('-infinity', 'infinity', 'Appointment must be booked at least 2 hours in advance'),
    ('-infinity', '-infinity', 'End time must be after start time'),
    ('infinity', 'infinity', 'End time must be after start time'),
    ('infinity', '-infinity', 'End time must be after start time'),
    ('infinity', '2026-12-02 11:00+01', 'End time must be after start time'),
    ('2026-12-02 10:00+01', '-infinity', 'End time must be after start time')
) t (first, last, answer);
select isnt(pg_temp.said(now(), now() + interval '1 hour'), null,
  'an appointment from this very moment has an answer');

-- The widest that a salon can set.
select schnittwerk.set_policy('minimum_booking_notice_hours', '0'),
  schnittwerk.set_policy('advance_booking_limit_days', '730'),
  schnittwerk.set_business_settings('{"max_advance_booking_days": 730}') \g /dev/null
select is(
  pg_temp.said(schnittwerk_core.clock() + shift::interval,
    schnittwerk_core.clock() + shift::interval + interval '1 second'),
  answer, format('an appointment at now plus %s is refused', shift))
from (
  values
    ('-1 microsecond', 'Appointment must be booked at least 0 hours in advance'),
    ('-1 year', 'Appointment must be booked at least 0 hours in advance'),
    ('730 days 1 microsecond', 'Appointment cannot be booked more than 730 days in advance'),
    ('740 days', 'Appointment cannot be booked more than 730 days in advance')
) t (shift, answer);

-- Open for ever.
select schnittwerk.set_business_settings(jsonb_build_object('opening_hours', (
  select jsonb_object_agg(day, '{"start_time": "00:00", "end_time": "24:00"}'::jsonb)
  from generate_series(0, 6) day
))) \g /dev/null
select is(
  pg_temp.said('2026-12-02 10:00+01', last::timestamptz), answer,
  format('in a salon open around the clock, from 2 December until %s: %s', last, answer)
)
from (
  values
    ('2026-12-03 10:00+01', 'valid'),
    ('2026-12-03 10:00:00.000001+01', 'An appointment lasts at most 24 hours'),
    ('2026-12-24 10:00+01', 'An appointment lasts at most 24 hours'),
    ('infinity', 'An appointment lasts at most 24 hours')
) t (last, answer);

select * from finish();
rollback;
