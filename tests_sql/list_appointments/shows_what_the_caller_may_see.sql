begin;
select plan(11);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select * from schnittwerk.list_appointments(
    '2026-12-01 00:00+01', '2026-12-31 00:00+01')$$),
  'customer staff receptionist admin service', 'customers and the salon team may list appointments'
);
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna',
  'by the window') #>> '{appointment,id}' as carlas \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as doras \gset
select schnittwerk.create_booking('3', :'dora', :'color', '2026-12-03 13:00+01', :'anna')
  #>> '{appointment,id}' as later \gset
select results_eq(
  format($$select * from schnittwerk.list_appointments(
    '2026-12-03 00:00+01', '2026-12-04 00:00+01', p_customer_id => %L)$$, :'carla'),
  format($$values (
    %L::uuid, %L::uuid, 'Carla', %L::uuid, 'Anna', %L::uuid, 'Haircut',
    timestamptz '2026-12-03 10:00+01', timestamptz '2026-12-03 11:00+01', 'pending', 75.00, 0,
    'by the window', timestamptz '2026-12-01 08:00+01'
  )$$, :'carlas', :'carla', :'anna', :'haircut'), 'an appointment is listed with all columns'
);
select is(
  array(select id from schnittwerk.list_appointments(
    '2026-12-03 00:00+01', '2026-12-04 00:00+01')),
  array[least(:'carlas', :'doras')::uuid, greatest(:'carlas', :'doras')::uuid, :'later'::uuid],
  'appointments are ordered by start, then id'
);
select is(
  array(select id from schnittwerk.list_appointments(
    '2026-12-03 00:00+01', '2026-12-04 00:00+01', :'anna', :'dora', 'pending')),
  array[:'later'::uuid], 'appointments are filtered by staff, customer and status'
);
select is_empty(
  $$select * from schnittwerk.list_appointments(
    '2026-12-03 00:00+01', '2026-12-04 00:00+01', p_status => 'confirmed')$$,
  'appointments of another status are not listed'
);
select is(
  (select count(*) from schnittwerk.list_appointments(r.a, r.b)), r.n::bigint,
  format('%s appointments overlap %s to %s', r.n, r.a, r.b)
)
from (
  values
    (timestamptz '2026-12-03 10:59+01', timestamptz '2026-12-03 11:30+01', 2),
    ('2026-12-03 11:00+01', '2026-12-03 13:00+01', 0),
    ('2026-12-03 12:00+01', '2026-12-03 13:01+01', 1),
    ('2026-12-03 14:00+01', '2026-12-04 13:00+01', 1)
) r (a, b, n);
select pg_temp.become_user(:'carla_user');
select is(
  array(select id from schnittwerk.list_appointments(
    '2026-12-03 00:00+01', '2026-12-04 00:00+01')),
  array[:'carlas'::uuid], 'a customer sees only their own appointments'
);
select is_empty(
  format($$select * from schnittwerk.list_appointments(
    '2026-12-03 00:00+01', '2026-12-04 00:00+01', %L)$$, :'ben'),
  'a customer sees nobody else''s appointment with named staff'
);

select * from finish();
rollback;
