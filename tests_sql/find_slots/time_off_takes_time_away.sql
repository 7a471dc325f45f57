begin;
select plan(5);
\ir ../fixture.psql
\ir starts.psql

select schnittwerk.add_time_off(:'ben', '2026-12-02', p_is_approved => false) \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-02', 240), '09:00 13:00 17:00',
  'time off that is not approved does not block'
);
select schnittwerk.add_time_off(
  :'ben', '2026-12-02', p_start_time => '11:00', p_end_time => '14:30', p_type => 'training')
\g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-02', 30),
  '09:00 09:30 10:00 14:30 15:00 15:30 16:00 16:30 17:00',
  'some hours of time off leave a gap'
);
select schnittwerk.add_time_off(:'ben', '2026-12-03', '2026-12-05', '17:00', '10:00') \g /dev/null
select is(
  array_to_string(array[
    pg_temp.starts(:'haircut', :'ben', '2026-12-03', 60),
    pg_temp.starts(:'haircut', :'ben', '2026-12-04', 60),
    pg_temp.starts(:'haircut', :'ben', '2026-12-05', 60)
  ], '/'),
  '09:00 10:00 11:00 12:00 13:00 14:00 15:00 16:00//10:00 11:00 12:00 13:00 14:00 15:00',
  'time off lasts from its first date and time to its last'
);
select schnittwerk.add_time_off(:'ben', '2026-12-07', '2026-12-08') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'ben', '2026-12-07')
    || pg_temp.starts(:'haircut', :'ben', '2026-12-08'),
  '', 'time off without times lasts whole days'
);
select isnt(
  pg_temp.starts(:'haircut', :'anna', '2026-12-07'), '', 'other staff have slots during time off'
);

select * from finish();
rollback;
