begin;
select plan(10);
\ir ../fixture.psql
select is(
  pg_temp.who_may(format($$select schnittwerk.add_time_off(%L, '2026-12-03')$$, :'anna')),
  'staff admin service', 'admins may add time off for anybody, staff for themselves'
);
select is(
  pg_temp.who_may(format($$select schnittwerk.add_time_off(%L, '2026-12-03')$$, :'ben')),
  'admin service', 'staff may not add time off for others'
);
select is(
  pg_temp.refusal(schnittwerk.add_time_off(
    null, null, '1800-01-01', '10:00:30', '10:00:00.5', repeat('x', 51), null)),
  '400 invalid_input: p_staff_id, p_start_date, p_end_date, p_start_time, p_end_time, p_type, '
  || 'p_is_approved', 'one refusal names all invalid arguments'
);
select is(
  pg_temp.refusal(schnittwerk.add_time_off(
    :'ben', a::date, b::date, s::time, e::time, 'vacation')),
  '400 invalid_input: ' || path,
  concat_ws(' ', 'time off from', a, s, 'to', coalesce(b, a), e, 'is refused')
)
from (
  values
    ('2026-12-03', '2026-12-02', null, null, 'p_end_date'),
    ('2026-12-03', null, '12:00', '12:00', 'p_end_time'),
    ('2026-12-03', null, '24:00', null, 'p_end_date'),
    ('2026-12-03', '2026-12-02', '10:00', '12:00', 'p_end_date'),
    ('2026-12-03', null, null, '00:00', 'p_end_time'),
    ('infinity', 'infinity', null, null, 'p_start_date, p_end_date')
) t (a, b, s, e, path);
select is(
  pg_temp.refusal(schnittwerk.add_time_off(:'carla', '2026-12-03')), '404 not_found',
  'unknown staff are not found'
);

select * from finish();
rollback;
