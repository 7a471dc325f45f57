begin;
select plan(5);
\ir ../fixture.psql

create function pg_temp.first_slots(p_service_id uuid, p_limit int)
returns table (n bigint, staff_id uuid, starts_at timestamptz)
language sql
as $$
  select row_number() over (), s.staff_id, s.starts_at
  from schnittwerk.find_slots(p_service_id, '2026-12-02', '2026-12-15', p_limit => p_limit) s
$$;

select set_eq(
  format('select * from pg_temp.first_slots(%L, 1)', :'haircut'),
  format(
    $$values (1::bigint, %L::uuid, timestamptz '2026-12-02 09:00+01')$$, least(:'anna', :'ben')),
  'a limit of 1 gives the first free slot'
);
select results_eq(
  format('select * from pg_temp.first_slots(%L, 100)', :'haircut'),
  format('select * from pg_temp.first_slots(%L, null) limit 100', :'haircut'),
  'a limit gives the beginning of the whole list, over several days'
);
select results_eq(
  format('select * from pg_temp.first_slots(%L, 100000)', :'haircut'),
  format('select * from pg_temp.first_slots(%L, null)', :'haircut'),
  'a limit that is not reached changes nothing'
);
select results_eq(
  format('select * from pg_temp.first_slots(%L, null)', :'haircut'),
  format('select * from pg_temp.first_slots(%L, null) order by starts_at, staff_id', :'haircut'),
  'slots are ordered by start, then by member of staff'
);

select schnittwerk.create_holiday(
  'Closed', '2026-12-02', p_type => 'blackout_date', p_end_date => '2026-12-13') \g /dev/null
select set_eq(
  format('select starts_at from pg_temp.first_slots(%L, 1)', :'haircut'),
  array[timestamptz '2026-12-14 09:00+01'],
  'the first free slot is found after many closed days'
);

select * from finish();
rollback;
