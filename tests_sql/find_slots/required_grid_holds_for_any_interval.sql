begin;
select plan(3);
\ir ../fixture.psql
\ir starts.psql

select schnittwerk.set_business_settings('{"slot_interval_minutes": 20}') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'anna', '2026-12-02', 50),
  '09:00 09:50 10:40 13:00 13:50 14:40 15:30 16:20',
  'slots may be asked for at any interval'
);
select schnittwerk.set_policy('require_slot_grid', 'true') \g /dev/null
select is(
  pg_temp.starts(:'haircut', :'anna', '2026-12-02', 50), '09:00 10:40 13:00 14:40 16:20',
  'where the salon''s grid is required, only slots on it are listed'
);
select is(
  pg_temp.starts(:'haircut', :'anna', '2026-12-02', null),
  '09:00 09:20 09:40 10:00 10:20 10:40 11:00 '
  || '13:00 13:20 13:40 14:00 14:20 14:40 15:00 15:20 15:40 16:00 16:20 16:40 17:00',
  'without an interval, slots follow the salon''s grid'
);

select * from finish();
rollback;
