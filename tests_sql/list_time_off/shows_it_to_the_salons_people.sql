begin;
select plan(8);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.who_may($$select * from schnittwerk.list_time_off('2026-12-01', '2026-12-31')$$),
  'staff receptionist admin service', 'the salon team and the service may list time off'
);
select schnittwerk.add_time_off(:'ben', '2026-12-07', '2026-12-08', '14:00', '24:00', 'course')
  #>> '{time_off,id}' as course \gset
select schnittwerk.add_time_off(:'anna', '2026-12-08', p_is_approved => false)
  #>> '{time_off,id}' as day \gset
select results_eq(
  $$select * from schnittwerk.list_time_off('2026-12-08', '2026-12-09')$$,
  format($$values
    (%L::uuid, %L::uuid, '2026-12-07'::date, '2026-12-08'::date, '14:00', '24:00', 'course', true),
    (%L, %L, '2026-12-08', '2026-12-08', null, null, 'vacation', false)$$,
    :'course', :'ben', :'day', :'anna'),
  'time off that overlaps the dates is listed by start, with local times'
);
select results_eq(
  format($$select id from schnittwerk.list_time_off('2026-12-01', '2026-12-31', %L)$$, :'anna'),
  array[:'day'::uuid], 'time off can be filtered by member of staff'
);
select is_empty(
  $$select * from schnittwerk.list_time_off('2026-12-09', '2026-12-31')$$,
  'time off is not listed after its end');
select is(
  pg_temp.refused(format('select schnittwerk.list_time_off(%L, %L)', r.a, r.b)),
  '400 invalid_input: ' || r.paths, format('time off from %L to %L is refused', r.a, r.b)
)
from (
  values
    (null, null, 'p_from, p_to'), ('2026-12-02', '2026-12-01', 'p_to'),
    ('2026-01-01', '2029-01-05', 'p_to')
) r (a, b, paths);
select is(
  pg_temp.refused(format(
    $$select schnittwerk.list_time_off('2026-12-01', '2026-12-31', %L)$$, :'carla')),
  '404 not_found', 'unknown staff are not found'
);

select * from finish();
rollback;
