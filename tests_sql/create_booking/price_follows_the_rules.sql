begin;
select plan(23);
\ir ../fixture.psql

create function pg_temp.rule(
  p_name text, p_kind text, p_conditions jsonb, p_adjustment jsonb, p_priority int default 0
)
returns text
language sql
as $$
  select schnittwerk.save_price_rule(p_name, p_kind, p_conditions, p_adjustment, p_priority)
    #>> '{price_rule,id}'
$$;
select pg_temp.rule('Morning', 'time', '{"times": [{"start_time": "09:00", "end_time": "12:00"}]}',
    '{"amount": -7.52}') as morning,
  pg_temp.rule('Spring', 'promotion', '{"code": "SPRING"}', '{"percent": -20}') as spring \gset
select jsonb_build_object('base_price', 75.00, 'price', 54.00, 'rules', jsonb_build_array(
  jsonb_build_object('id', :'morning', 'name', 'Morning', 'kind', 'time', 'amount', -7.52),
  jsonb_build_object('id', :'spring', 'name', 'Spring', 'kind', 'promotion', 'amount', -13.496)
)) as details \gset

select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.create_booking('1', null, :'haircut', '2026-12-02 10:00+01', :'anna',
  p_expected_price => 54, p_promotion_code => ' spring') as answer \gset
select :'answer'::jsonb #>> '{appointment,id}' as id \gset
select is(
  jsonb_path_query_array(:'answer', '$.appointment.*') @> jsonb_build_array(54.00, :'spring'),
  true, 'a booking with a code has its price and its promotion'
);
select is(
  :'answer'::jsonb #> '{appointment,price_details}', :'details'::jsonb,
  'a booking keeps how its price came about'
);
select is(
  schnittwerk.create_booking('1', null, :'haircut', '2026-12-02 10:00+01', :'anna',
    p_expected_price => 54, p_promotion_code => 'SPRING'),
  :'answer'::jsonb || '{"replayed": true}',
  'a retry may spell the code in another way'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking('1', null, :'haircut', '2026-12-02 10:00+01', :'anna',
    p_expected_price => 54)),
  '422 idempotency_key_reused', 'a key stands for its code'
);
select is(
  schnittwerk.get_appointment(:'id') -> 'price_details', :'details'::jsonb,
  'get_appointment shows how the price came about'
);
select is(
  schnittwerk.create_booking(key, null, :'haircut', '2026-12-02 15:00+01', :'anna',
    p_expected_price => price, p_promotion_code => code)
    - '{success,replayed,operation_id,correlation_id}'::text[],
  jsonb_build_object('http_status', status, 'code', answer, 'error', 'Booking creation failed',
    'details', details),
  description
)
from (
  values
    ('2', null::numeric, 'NOBODYS', 400, 'promotion_not_valid',
      'The promotion code is not valid for this booking', 'an unknown code is refused'),
    ('3', 54, 'SPRING', 409, 'price_mismatch', 'The price is 60.00',
      'another price than expected is refused with the right one'),
    ('4', 75, 'NOBODYS', 400, 'promotion_not_valid',
      'The promotion code is not valid for this booking', 'a wrong code comes before the price')
) t (key, price, code, status, answer, details, description);
select is(
  pg_temp.refusal(schnittwerk.create_booking('5', null, :'haircut', '2026-12-02 15:00+01', :'anna',
    p_promotion_code => code)), '400 invalid_input: p_promotion_code', description
)
from (
  values
    ('', 'an empty code is refused'), (repeat('x', 101), 'a code of more than 100 characters is')
) t (code, description);

-- What changes later changes no booking.
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.save_price_rule('Mornings', 'time', null, '{"amount": 10}', p_id => :'morning'),
  schnittwerk.delete_price_rule(:'spring'),
  schnittwerk.save_service('Haircut', 60, 99, p_id => :'haircut') \g /dev/null
select is(
  jsonb_build_array(a -> 'price', a -> 'price_details', a -> 'promotion_id'),
  jsonb_build_array(54.00, :'details'::jsonb, :'spring'),
  'rules that change or go later leave the price of a booking and how it came about'
)
from (select schnittwerk.get_appointment(:'id')) t (a);
select schnittwerk.save_service('Haircut', 60, 75, p_id => :'haircut') \g /dev/null
select is(
  schnittwerk.create_booking('6', :'dora', :'haircut', '2026-12-03 14:00+01', :'anna')
    -> 'appointment' @> '{"price": 75.00, "price_details": null, "promotion_id": null}',
  true, 'a booking that no rule applies to keeps nothing'
);

-- Anyone: who is free at the price expected.
select pg_temp.rule('Ben', 'time', jsonb_build_object('staff', jsonb_build_array(:'ben')),
  '{"amount": -5}', 1) as rule \gset
select is(
  schnittwerk.create_booking('7', :'dora', :'haircut', '2026-12-04 14:00+01',
    p_expected_price => 70) #>> '{appointment,staff_id}', :'ben',
  'a booking with anyone takes who has the price expected'
);
select is(
  schnittwerk.create_booking('8', :'carla', :'haircut', '2026-12-05 14:00+01',
    p_expected_price => 71) ->> 'code',
  'price_mismatch', 'a booking with anyone is refused where nobody has the price expected'
);

-- Limits of promotions
select pg_temp.rule('Once', 'promotion', '{"code": "ONCEONLY", "max_uses": 1}', '{"price": 40}'),
  pg_temp.rule('Each once', 'promotion', '{"code": "EACHONCE", "max_uses_per_customer": 1}',
    '{"price": 41}'),
  pg_temp.rule('First', 'promotion', '{"code": "FIRST", "first_visit": true}', '{"price": 42}')
\g /dev/null
select schnittwerk.save_customer('Emil') #>> '{customer,id}' as emil \gset
create function pg_temp.tried(p_customer_id uuid, p_service_id uuid, p_code text, p_hour int)
returns text
language sql
as $$
  select coalesce(a ->> 'code', a #>> '{appointment,price}')
  from schnittwerk.create_booking(gen_random_uuid()::text, p_customer_id, p_service_id,
    '2026-12-07 00:00+01'::timestamptz + make_interval(days => p_hour, hours => 14),
    p_promotion_code => p_code) a
$$;
select is(pg_temp.tried(:'emil', :'haircut', 'FIRST', 0), '42.00', 'a first visit has its price');
select is(
  pg_temp.tried(:'emil', :'haircut', 'FIRST', 1), 'promotion_not_valid',
  'a second visit is no first one'
);
select is(
  pg_temp.tried(:'dora', :'haircut', 'FIRST', 1), 'promotion_not_valid',
  'a customer who has booked without the code has no first visit left'
);
select is(pg_temp.tried(:'dora', :'haircut', 'ONCEONLY', 1), '40.00', 'a code may be used once');
select is(
  pg_temp.tried(:'emil', :'haircut', 'ONCEONLY', 2), 'promotion_used_up',
  'a code that may be used once is used up after the first booking'
);
select is(
  pg_temp.tried(:'dora', :'haircut', 'EACHONCE', 2), '41.00', 'a code may be used once by each'
);
select is(
  pg_temp.tried(:'emil', :'haircut', 'EACHONCE', 3), '41.00', 'a code may be used by each once'
);
select is(
  pg_temp.tried(:'dora', :'haircut', 'EACHONCE', 4), 'promotion_used_up',
  'a code that each may use once is used up by its second use'
);
select schnittwerk.cancel_booking(gen_random_uuid()::text, a.id) from schnittwerk_core.appointments a
where a.price in (40, 41, 42) \g /dev/null
select is(
  array[pg_temp.tried(:'emil', :'haircut', 'FIRST', 1),
    pg_temp.tried(:'emil', :'haircut', 'ONCEONLY', 2),
    pg_temp.tried(:'dora', :'haircut', 'EACHONCE', 4)],
  '{42.00,40.00,41.00}', 'cancellations give uses back'
);

select * from finish();
rollback;
