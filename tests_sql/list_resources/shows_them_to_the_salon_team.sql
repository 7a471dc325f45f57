begin;
select plan(4);
\ir ../fixture.psql
\ir ../clock.psql
\ir ../close_resource/basins.psql
select is(
  pg_temp.who_may('select * from schnittwerk.list_resources()'),
  'staff receptionist admin service', 'the salon team may list resources'
);
select is_empty('select from schnittwerk.list_resources() where closures <> ''[]''',
  'a resource has no closures at first');
select schnittwerk.close_resource(:'basin_2', d::date, p_end_time => '09:00', p_reason => d)
from unnest('{2026-12-05,2026-12-01,2026-12-03}'::text[]) d \g /dev/null
select pg_temp.now_is('2026-12-03 08:59+01') \g /dev/null
select is(
  array(select c ->> 'reason' from schnittwerk.list_resources() r
    cross join jsonb_array_elements(r.closures) with ordinality c (c, n)
    where r.name = 'Basin 2' order by n),
  '{2026-12-03,2026-12-05}', 'open and future closures are listed by date'
);
select pg_temp.now_is('2026-12-03 09:00+01') \g /dev/null
select is(
  array(select c ->> 'reason' from schnittwerk.list_resources() r
    cross join jsonb_array_elements(r.closures) c),
  '{2026-12-05}', 'a closure is listed until it ends'
);

select * from finish();
rollback;
