begin;
select plan(4);
\ir ../fixture.psql
\ir ../clock.psql

create function pg_temp.prices(p_to timestamptz default '2026-12-02 00:00+01')
returns jsonb
language sql
as $$ select schnittwerk.booking_metrics('2026-12-01 00:00+01', p_to) -> 'prices' $$;

-- Before there are rules: 75, in no rule's revenue.
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'anna')
\g /dev/null
select
  schnittwerk.save_price_rule(
    'Mornings', 'time', '{"times": [{"start_time": "09:00", "end_time": "12:00"}]}',
    '{"percent": -20}') #>> '{price_rule,id}' as mornings,
  schnittwerk.save_price_rule('Late', 'lead_time', '{"lead_hours": {"max": 48}}', '{"amount": 3}')
    #>> '{price_rule,id}' as late,
  schnittwerk.save_price_rule('Spring', 'promotion', '{"code": "SPRING"}', '{"percent": -10}')
    #>> '{price_rule,id}' as spring \gset

-- 75 - 15 = 60 on Friday; 75 - 15 + 3 - 6.30 = 56.70; 140 + 3 = 143
select schnittwerk.create_booking('2', :'carla', :'haircut', '2026-12-04 09:00+01', :'ben'),
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-02 11:00+01', :'ben',
    p_promotion_code => 'spring'),
  schnittwerk.create_booking('4', :'dora', :'color', '2026-12-02 14:00+01', :'anna'),
  schnittwerk.create_booking('5', :'carla', :'haircut', '2026-12-02 16:00+01', :'ben')
    #>> '{appointment,id}' as cancelled
\gset
select schnittwerk.cancel_booking('5', :'cancelled') \g /dev/null
select is(
  pg_temp.prices(),
  jsonb_build_object('bookings', 4, 'revenue', 334.7, 'rules', jsonb_build_array(
    jsonb_build_object('id', :'late', 'name', 'Late', 'kind', 'lead_time', 'bookings', 2,
      'amount', 6),
    jsonb_build_object('id', :'spring', 'name', 'Spring', 'kind', 'promotion', 'bookings', 1,
      'amount', -6.3),
    jsonb_build_object('id', :'mornings', 'name', 'Mornings', 'kind', 'time', 'bookings', 2,
      'amount', -30))),
  'prices sums what live appointments cost, and what each rule added to it'
);

select pg_temp.now_is('2026-12-01 12:00+01') \g /dev/null
select schnittwerk.save_price_rule('Early birds', null, null, null, p_id => :'mornings'),
  schnittwerk.create_booking('6', :'carla', :'haircut', '2026-12-05 09:00+01', :'ben'),
  schnittwerk.delete_price_rule(:'mornings') \g /dev/null
select is(
  pg_temp.prices() #> '{rules,2}',
  jsonb_build_object('id', :'mornings', 'name', 'Early birds', 'kind', 'time', 'bookings', 3,
    'amount', -45),
  'a rule has the name that it had last when it was applied, also when it is deleted'
);
select is(
  pg_temp.prices('2026-12-01 12:00+01') -> 'bookings', '4',
  'appointments that were made at the end of the range or later do not count'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  schnittwerk.booking_metrics('2026-12-01 00:00+01', '2026-12-02 00:00+01', :'second') -> 'prices',
  '{"bookings": 0, "revenue": 0, "rules": []}', 'prices of another salon do not count'
);

select * from finish();
rollback;
