begin;
select plan(6);
\ir ../fixture.psql
\ir ../visit.psql
\ir ../refused.psql
select schnittwerk.create_visit('1', :'carla', pg_temp.items(
  pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'anna')), '2026-12-03 10:00+01') as booked \gset
select :'booked'::jsonb #>> '{visit,id}' as visit, :'booked'::jsonb #>> '{visit,appointments,0,id}' as first \gset
select is(
  schnittwerk.get_visit(:'visit'), :'booked'::jsonb -> 'visit' || '{"fees": []}', 'a visit reads as it was answered when booked'
);
select is(
  pg_temp.who_may(format($$select schnittwerk.get_visit(%L)$$, :'visit')),
  'customer staff receptionist admin service', 'the customer and the salon team see a visit'
);
select is(
  pg_temp.refused(format('select schnittwerk.get_visit(%L)', gen_random_uuid())), '404 not_found',
  'an unknown visit is not found'
);
select is(
  pg_temp.refused('select schnittwerk.get_visit(null)'), '400 invalid_input: p_visit_id',
  'a visit needs an id'
);
select schnittwerk.cancel_booking('c', :'first', p_override_reason => 'came late') \g /dev/null
select is(
  schnittwerk.get_visit(:'visit') - '{id,appointments,customer_id}'::text[],
  '{"starts_at": "2026-12-03T10:00:00Z", "ends_at": "2026-12-03T11:00:00Z", "price": 75.00, "status": "pending", "fees": []}',
  'an item that was cancelled alone counts no more'
);
update schnittwerk_core.appointments set customer_id = :'dora';
select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.refused(format('select schnittwerk.get_visit(%L)', :'visit')), '404 not_found',
  'another customer''s visit is not found'
);
select * from finish();
rollback;
