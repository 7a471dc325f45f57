begin;
select plan(3);
\ir ../fixture.psql
select schnittwerk.save_price_rule('Welcome', 'promotion', '{"first_visit": true}',
  '{"percent": -50}') ->> 'success' as saved \gset
select schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-03 10:00+01', :'ben')
  \g /dev/null
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  (select r.price from schnittwerk.recommend_slots(
    :'haircut', '2026-12-02', p_customer_id => :'carla', p_limit => 1) r),
  37.50, 'the salon team sees what a customer on a first visit would pay'
);
select is(
  (select r.price from schnittwerk.recommend_slots(
    :'haircut', '2026-12-02', p_customer_id => :'dora', p_limit => 1) r),
  75.00, 'the salon team sees what a customer with an appointment would pay'
);
select is(
  (select r.price from schnittwerk.recommend_slots(:'haircut', '2026-12-02', p_limit => 1) r),
  75.00, 'a first visit without a code is not assumed of somebody unknown'
);
select * from finish();
rollback;
