begin;
select plan(12);
\ir ../fixture.psql
\ir ../refused.psql
create function pg_temp.refusal_of(p_from text, p_to text, p_more text default '')
returns text
language sql
as $$
  select pg_temp.refused(
    format('select schnittwerk.list_appointments(%L, %L', p_from, p_to) || p_more || ')')
$$;

select is(
  pg_temp.refusal_of(r.a, r.b), '400 invalid_input: ' || r.paths,
    format('appointments from %L to %L are refused', r.a, r.b)
)
from (
  values
    (null, null, 'p_from, p_to'), ('2026-12-02', '2026-12-02', 'p_to'),
    ('2026-12-02', '2026-12-01', 'p_to'), ('2026-01-01 00:00Z', '2027-02-05 00:01Z', 'p_to'),
    ('infinity', 'infinity', 'p_from, p_to'), ('-infinity', '2026-12-01', 'p_from')
) r (a, b, paths);
select is(
  pg_temp.refusal_of('2026-01-01 00:00Z', '2027-02-05 00:00Z'), null,
  'a period of 400 days is accepted');
select is(
  pg_temp.refusal_of('2026-12-01', '2026-12-02', ', p_status => ''done'''),
  '400 invalid_input: p_status', 'an unknown status is refused'
);
select is(
  pg_temp.refusal_of('2026-12-01', '2026-12-02', format(', %L', :'carla')), '404 not_found',
  'unknown staff are not found'
);
select is(
  pg_temp.refusal_of('2026-12-01', '2026-12-02', format(', p_customer_id => %L', :'anna')),
  '404 not_found', 'an unknown customer is not found'
);
select pg_temp.become_user(:'carla_user');
select is(
  pg_temp.refusal_of('2026-12-01', '2026-12-02', format(', p_customer_id => %L', :'dora')),
  '404 not_found', 'a customer does not find another customer'
);
select is(
  pg_temp.refusal_of('2026-12-01', '2026-12-02', format(', p_customer_id => %L', :'carla')),
  null, 'a customer finds themselves'
);

select * from finish();
rollback;
