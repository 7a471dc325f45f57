begin;
select plan(19);
\ir ../fixture.psql
\ir ../refused.psql

create function pg_temp.utilisation(
  p_from date, p_to date, p_by text default 'day', p_staff_id uuid default null
)
returns text
language sql
as $$
  select string_agg(concat_ws(' ', u.bucket || ':', u.booked_minutes || '/' || u.open_minutes,
    u.ratio), ', ')
  from schnittwerk.utilisation(p_from, p_to, p_by, p_staff_id) u
$$;

select is(
  pg_temp.who_may($$select * from schnittwerk.utilisation('2026-12-01', '2026-12-02')$$),
  'staff receptionist admin service', 'the salon team and the service may read the utilisation'
);
select is(
  pg_temp.refused(format('select schnittwerk.utilisation(%L, %L, %L)', r.a, r.b, r.by)),
  '400 invalid_input: ' || r.paths, format('utilisation from %L to %L by %L is refused', r.a, r.b, r.by)
)
from (
  values
    (null, null, null, 'p_from, p_to, p_by'), ('2026-12-02', '2026-12-01', 'day', 'p_to'),
    ('2026-01-01', '2027-01-02', 'day', 'p_to'), ('2026-12-02', '2026-12-02', 'month', 'p_by')
) r (a, b, by, paths);
select is(
  pg_temp.refused($$select schnittwerk.utilisation('2026-01-01', '2027-01-01')$$),
  null, 'the utilisation of 366 days is shown');
select is(
  pg_temp.refused(format(
    $$select schnittwerk.utilisation('2026-12-01', '2026-12-01', 'day', %L)$$, :'carla')),
  '404 not_found', 'unknown staff have no utilisation'
);

select schnittwerk.set_service_steps(:'color', '[
  {"minutes": 30, "staff": true}, {"minutes": 60, "staff": false}, {"minutes": 30, "staff": true}
]') \g /dev/null
select schnittwerk.create_booking('color', :'carla', :'color', '2026-12-02 09:15+01', :'anna'),
  schnittwerk.create_booking('cut', :'dora', :'haircut', '2026-12-02 16:45+01', :'ben') \g /dev/null
select schnittwerk.create_booking('gone', :'dora', :'haircut', '2026-12-02 14:00+01', :'ben')
  #>> '{appointment,id}' as gone \gset
select schnittwerk.cancel_booking('gone', :'gone'),
  schnittwerk.create_booking('early', :'dora', :'haircut', '2026-12-03 08:30+01', :'ben',
    p_override_reason => 'early'),
  schnittwerk.create_booking('sunday', :'dora', :'haircut', '2026-12-06 23:30+01', :'ben',
    p_override_reason => 'a wedding') \g /dev/null

-- Anna is open for 480 minutes, Ben for 540.
select is(
  pg_temp.utilisation('2026-12-02', '2026-12-03'),
  '2026-12-02: 120/1020 0.1176, 2026-12-03: 60/1140 0.0526',
  'by day, gaps, buffers and cancelled appointments do not count'
);
select is(
  pg_temp.utilisation('2026-12-02', '2026-12-03', 'day', :'anna'),
  '2026-12-02: 60/480 0.1250, 2026-12-03: 0/540 0.0000', 'one member of staff counts alone'
);
select is(
  pg_temp.utilisation('2026-12-05', '2026-12-07', 'week'),
  '2026-W49: 60/900 0.0667, 2026-W50: 0/1020 0.0000', 'by ISO week, each week has a row'
);
select is(
  pg_temp.utilisation('2026-12-05', '2026-12-07', 'weekday'),
  '0: 60/0, 1: 0/1020 0.0000, 6: 0/900 0.0000', 'where nothing is open there is no ratio'
);
select is(
  pg_temp.utilisation('2026-12-02', '2026-12-02', 'hour'),
  '09: 30/120 0.2500, 10: 15/120 0.1250, 11: 15/120 0.1250, 12: 0/60 0.0000, '
  '13: 0/120 0.0000, 14: 0/120 0.0000, 15: 0/120 0.0000, 16: 15/120 0.1250, 17: 45/120 0.3750',
  'by hour, each minute counts in its hour'
);
select is(
  pg_temp.utilisation('2026-12-06', '2026-12-06', 'weekday_hour'), '0 23: 30/0, 1 00: 30/0',
  'minutes after midnight count in their hour, of an appointment that starts on the dates'
);
select results_eq(
  $$select u.* from schnittwerk.utilisation('2026-12-02', '2026-12-02', 'staff') u$$,
  format($$values ('Anna', %L::uuid, 480, 60, 0.1250), ('Ben', %L, 540, 60, 0.1111)$$,
    :'anna', :'ben'),
  'by staff, each has a row with their id'
);
select is(
  array(
    select distinct (sum(u.booked_minutes), sum(u.open_minutes))::text
    from unnest('{day,week,weekday,hour,weekday_hour,staff}'::text[]) b (by)
    cross join lateral schnittwerk.utilisation('2026-12-01', '2026-12-07', b.by) u
    group by b.by
  ),
  array['(240,6240)'], 'each grouping has the same sums'
);
select is(
  pg_temp.utilisation('2027-03-28', '2027-03-28', 'hour'), null,
  'a closed day has no hours');
select results_eq(
  format($$
    select distinct round(d.load::numeric, 4)
    from unnest(array[%L, %L]::uuid[]) i (id)
    cross join lateral schnittwerk_core.day_loads(
      array[schnittwerk_core.current_salon_week(%L, '2026-11-30')], array[i.id],
      tstzmultirange(tstzrange('2026-12-02 08:00+01', '2026-12-02 18:00+01')), '{}') l
    cross join lateral unnest((l).booked_percents) d (load) order by 1$$, :'anna', :'ben', :'salon'),
  $$select round(100 * u.booked_minutes::numeric / u.open_minutes, 4)
    from schnittwerk.utilisation('2026-12-02', '2026-12-02', 'staff') u order by 1$$,
  'the ratio of a day is what price rules by demand go by'
);
select schnittwerk.save_staff('Ben', p_is_active => false, p_id => :'ben') \g /dev/null
select is(
  pg_temp.utilisation('2026-12-02', '2026-12-02', 'staff'), 'Anna: 60/480 0.1250, Ben: 60/0',
  'inactive staff are not open, but what they have is booked');
select schnittwerk.set_business_settings(
    '{"opening_hours": {"0": {"start_time": "00:00", "end_time": "06:00"}}}'),
  schnittwerk.set_staff_availability(
    :'anna', '[{"day_of_week": 0, "start_time": "01:00", "end_time": "04:00"}]') \g /dev/null
select is(
  array[pg_temp.utilisation('2027-03-28', '2027-03-28', 'hour'),
    pg_temp.utilisation('2026-10-25', '2026-10-25', 'hour')],
  array['01: 0/60 0.0000, 03: 0/60 0.0000', '01: 0/60 0.0000, 02: 0/120 0.0000, 03: 0/60 0.0000'],
  'an hour that the clocks skip is not open, one that they repeat is open twice'
);

select * from finish();
rollback;
