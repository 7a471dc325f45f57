begin;
select plan(2);
\ir ../fixture.psql
\ir starts.psql

select schnittwerk.set_staff_services(:'ben', jsonb_build_array(jsonb_build_object(
  'service_id', :'haircut', 'custom_price', 90.5, 'estimated_duration_minutes', 50
))) \g /dev/null

select set_eq(
  format($$
    select distinct s.staff_id, s.duration_minutes, s.ends_at - s.starts_at, s.price
    from schnittwerk.find_slots(%L, '2026-12-02') s
  $$, :'haircut'),
  format($$
    values (uuid %L, 60, interval '60 minutes', 75.00), (%L, 50, interval '50 minutes', 90.50)
  $$, :'anna', :'ben'),
  'each member of staff has their own minutes and price'
);
select is(
  right(pg_temp.starts(:'haircut', :'ben', '2026-12-02', 10), 5), '17:10',
  'staff who need less time have a later last slot'
);

select * from finish();
rollback;
