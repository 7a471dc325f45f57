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
  pg_temp.refusal_of(r.a, r.b), '400 invalid_input: ' || r.paths, format('from %s to %s', r.a, r.b)
)
from (
  values
    (null, null, 'p_from, p_to'), ('2026-12-02', '2026-12-02', 'p_to'),
    ('2026-12-02', '2026-12-01', 'p_to'), ('2026-01-01 00:00Z', '2027-02-05 00:01Z', 'p_to'),
    ('infinity', 'infinity', 'p_from, p_to'), ('-infinity', '2026-12-01', 'p_from')
) r (a, b, paths);
select is(
  pg_temp.refusal_of('2026-01-01 00:00Z', '2027-02-05 00:00Z'), null, '400 days are accepted');
select is(
  pg_temp.refusal_of('2026-12-01', '2026-12-02', ', p_status => ''done'''),
  '400 invalid_input: p_status', 'an unknown status'
);
select is(
  pg_temp.refusal_of('2026-12-01', '2026-12-02', format(', %L', :'carla')), '404 not_found',
  'unknown staff'
);
select is(
  pg_temp.refusal_of('2026-12-01', '2026-12-02', format(', p_customer_id => %L', :'anna')),
  '404 not_found', 'an unknown customer'
);
select pg_temp.become_user(:'carla_user');
select is(
  pg_temp.refusal_of('2026-12-01', '2026-12-02', format(', p_customer_id => %L', :'dora')),
  '404 not_found', 'to a customer another is unknown'
);
select is(
  pg_temp.refusal_of('2026-12-01', '2026-12-02', format(', p_customer_id => %L', :'carla')),
  null, 'they are not'
);

select * from finish();
rollback;
