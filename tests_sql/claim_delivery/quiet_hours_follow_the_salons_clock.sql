begin;
select plan(12);
\ir ../fixture.psql
select is(
  schnittwerk_core.quiet_until(s, c.instant::timestamptz), c.ends::timestamptz, c.case_
)
from (
  values
    ('Europe/Zurich', '22:00', '07:00', '2026-12-01 21:59+01', null, 'before'),
    ('Europe/Zurich', '22:00', '07:00', '2026-12-01 22:00+01', '2026-12-02 07:00+01', 'evening'),
    ('Europe/Zurich', '22:00', '07:00', '2026-12-02 06:59+01', '2026-12-02 07:00+01', 'morning'),
    ('Europe/Zurich', '22:00', '07:00', '2026-12-02 07:00+01', null, 'their end is not in them'),
    ('Europe/Zurich', '22:00', '24:00', '2026-12-01 23:00+01', '2026-12-02 00:00+01', 'midnight'),
    ('Europe/Zurich', '12:00', '13:00', '2026-12-01 12:30+01', '2026-12-01 13:00+01', 'noon'),
    ('Europe/Zurich', null, null, '2026-12-01 12:30+01', null, 'none'),
    ('Europe/Zurich', '22:00', '07:00', '2027-03-27 23:00+01', '2027-03-28 07:00+02', 'spring'),
    ('Europe/Zurich', '22:00', '02:30', '2027-03-28 01:50+01', '2027-03-28 03:30+02',
      'an end that is skipped'),
    ('Europe/Zurich', '22:00', '02:30', '2026-10-25 02:15+02', '2026-10-25 02:30+01',
      'an end that comes twice'),
    ('Australia/Lord_Howe', '22:00', '07:00', '2026-04-04 23:00+11', '2026-04-05 07:00+10:30',
      'half an hour'),
    ('America/New_York', '22:00', '07:00', '2026-12-02 04:00+00', '2026-12-02 12:00+00',
      'another zone')
) c (zone, starts, until, instant, ends, case_)
cross join lateral (
  select (jsonb_populate_record(null::schnittwerk_core.salon, jsonb_build_object(
    'time_zone', c.zone, 'quiet_from', c.starts, 'quiet_until', c.until))).*
) s;

select * from finish();
rollback;
