begin;
select plan(12);
\ir ../fixture.psql
select is(
  schnittwerk_core.quiet_until(s, c.instant::timestamptz), c.ends::timestamptz, c.case_
)
from (
  values
    ('Europe/Zurich', '22:00', '07:00', '2026-12-01 21:59+01', null,
      'a salon is not quiet before its quiet hours'),
    ('Europe/Zurich', '22:00', '07:00', '2026-12-01 22:00+01', '2026-12-02 07:00+01',
      'quiet hours that begin in the evening end in the morning'),
    ('Europe/Zurich', '22:00', '07:00', '2026-12-02 06:59+01', '2026-12-02 07:00+01',
      'quiet hours of the night before end in the morning'),
    ('Europe/Zurich', '22:00', '07:00', '2026-12-02 07:00+01', null,
      'quiet hours do not include their end'),
    ('Europe/Zurich', '22:00', '24:00', '2026-12-01 23:00+01', '2026-12-02 00:00+01',
      'quiet hours may end at midnight'),
    ('Europe/Zurich', '12:00', '13:00', '2026-12-01 12:30+01', '2026-12-01 13:00+01',
      'quiet hours may be within one day'),
    ('Europe/Zurich', null, null, '2026-12-01 12:30+01', null,
      'a salon without quiet hours is never quiet'),
    ('Europe/Zurich', '22:00', '07:00', '2027-03-27 23:00+01', '2027-03-28 07:00+02',
      'quiet hours end by the clock when summer time begins'),
    ('Europe/Zurich', '22:00', '02:30', '2027-03-28 01:50+01', '2027-03-28 03:30+02',
      'quiet hours whose end is skipped in spring end an hour later'),
    ('Europe/Zurich', '22:00', '02:30', '2026-10-25 02:15+02', '2026-10-25 02:30+01',
      'quiet hours whose end comes twice in autumn end the second time'),
    ('Australia/Lord_Howe', '22:00', '07:00', '2026-04-04 23:00+11', '2026-04-05 07:00+10:30',
      'quiet hours follow a clock change of half an hour'),
    ('America/New_York', '22:00', '07:00', '2026-12-02 04:00+00', '2026-12-02 12:00+00',
      'quiet hours follow the time zone of the salon')
) c (zone, starts, until, instant, ends, case_)
cross join lateral (
  select (jsonb_populate_record(null::schnittwerk_core.salon, jsonb_build_object(
    'time_zone', c.zone, 'quiet_from', c.starts, 'quiet_until', c.until))).*
) s;

select * from finish();
rollback;
