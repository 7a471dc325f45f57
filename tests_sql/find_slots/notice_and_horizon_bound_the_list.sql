begin;
select plan(10);
\ir ../fixture.psql
\ir starts.psql

select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-01'),
  '10:00 11:00 12:00 13:00 14:00 15:00 16:00 17:00',
  'exactly two hours ahead is notice enough'
);
select schnittwerk.set_policy('minimum_booking_notice_hours', '2.05') \g /dev/null
select alike(
  pg_temp.starts(:'haircut', :'ben', '2026-12-01', 1), '10:03 10:04 %',
  'notice may be a fraction of an hour'
);
select schnittwerk.set_policy('minimum_booking_notice_hours', '25') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-01') || '/'
    || pg_temp.starts(:'haircut', :'ben', '2026-12-02', 240), '/09:00 13:00 17:00',
  'notice of more than a day ends on the next day'
);
select schnittwerk.set_policy('minimum_booking_notice_hours', '0') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-11-30'), '',
  'a past day has no slots even without notice'
);
select schnittwerk.set_policy('minimum_booking_notice_hours', '25', false) \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-01', 240), '13:00 17:00',
  'an inactive policy of notice leaves the default of two hours'
);

-- Thursday 31 December 08:00 is 30 days from now to the minute.
select schnittwerk.set_special_hours(d::date, '[{"start_time": "07:00", "end_time": "18:00"}]')
from unnest('{2026-12-31, 2026-12-11}'::date[]) d \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-31', 15), '08:00',
  'the last start is 30 days from now to the minute, by the settings'
);
select is(pg_temp.starts(:'haircut', :'ben', '2027-01-02', 15), '',
  'no slots are listed beyond the horizon');
select schnittwerk.set_policy('advance_booking_limit_days', '10') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-11', 15)
    || '/' || pg_temp.starts(:'haircut', :'ben', '2026-12-12', 15),
  '08:00/',
  'a horizon policy stricter than the settings bounds the list'
);
select schnittwerk.set_policy('advance_booking_limit_days', '90') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-31', 15), '08:00',
  'a horizon policy laxer than the settings does not extend the list'
);

select schnittwerk.set_policy('minimum_booking_notice_hours', '2000') \g /dev/null
select is_empty(
  format('select schnittwerk.find_slots(%L, %L, %L)', :'haircut', '2026-12-01', '2027-03-01'),
  'a notice longer than the horizon leaves no slots'
);

select * from finish();
rollback;
