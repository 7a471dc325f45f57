begin;
select plan(17);
\ir ../fixture.psql
\ir ../clock.psql

select schnittwerk.save_price_rule('Once', 'promotion', '{"code": "ONCEONLY", "max_uses": 1}',
  '{"percent": -20}') #>> '{price_rule,id}' as once \gset
select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.hold_slot('1', :'haircut', '2026-12-02 10:00+01', :'anna') as plain \gset
select schnittwerk.hold_slot('2', :'haircut', '2026-12-02 10:00+01', :'anna',
  p_promotion_code => 'once only') as answer \gset
select is(
  jsonb_build_array(h -> 'price', h -> 'price_details', h -> 'promotion_id'),
  jsonb_build_array(60.00, jsonb_build_object('base_price', 75.00, 'price', 60.00, 'rules',
    jsonb_build_array(jsonb_build_object('id', :'once', 'name', 'Once', 'kind', 'promotion',
      'amount', -15))), :'once'),
  'a hold has the price that its code makes, and how it came about'
)
from (select :'answer'::jsonb -> 'hold') t (h);
select isnt(
  :'answer'::jsonb #>> '{hold,id}', :'plain'::jsonb #>> '{hold,id}',
  'the same slot with a code is another hold'
);
select is(
  :'answer'::jsonb #>> '{hold,expires_at}', :'plain'::jsonb #>> '{hold,expires_at}',
  'a hold with a code expires with the one whose place it takes'
);
select is(
  schnittwerk.hold_slot('3', :'haircut', '2026-12-02 10:00+01', :'anna',
    p_promotion_code => 'ONCEONLY') -> 'hold',
  :'answer'::jsonb -> 'hold', 'the same slot with the same code is the same hold'
);
select is(
  pg_temp.refusal(schnittwerk.hold_slot('2', :'haircut', '2026-12-02 10:00+01', :'anna')),
  '422 idempotency_key_reused', 'the key of a hold stands for its code'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.hold_slot(key, :'haircut', '2026-12-02 14:00+01', :'ben',
    p_promotion_code => code)), answer, description
)
from (
  values
    ('4', 'ONCEONLY', '409 promotion_used_up', 'a hold reserves the use of a promotion'),
    ('5', 'NOBODYS', '400 promotion_not_valid', 'a hold with an unknown code is refused'),
    ('6', '', '400 invalid_input: p_promotion_code', 'a hold with an empty code is refused')
) t (key, code, answer, description);
select is(
  pg_temp.refusal(schnittwerk.create_booking('7', :'carla', :'haircut', '2026-12-02 10:00+01',
    p_hold_id => (:'answer'::jsonb #>> '{hold,id}')::uuid, p_promotion_code => 'ONCEONLY')),
  '400 invalid_input: p_promotion_code', 'a booking of a hold takes no code'
);

-- What changes meanwhile does not change it.
select schnittwerk.delete_price_rule(:'once'),
  schnittwerk.save_service('Haircut', 60, 99, p_id => :'haircut') \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.create_booking('8', :'carla', :'haircut', '2026-12-02 10:00+01',
    p_expected_price => 99, p_hold_id => (:'answer'::jsonb #>> '{hold,id}')::uuid)),
  '409 price_mismatch', 'a booking of a hold has no other price than this'
);
select is(
  jsonb_build_array(a -> 'price', a -> 'price_details', a -> 'promotion_id'),
  jsonb_build_array(60.00, :'answer'::jsonb #> '{hold,price_details}', :'once'),
  'a booking of a hold has its price, its promotion and how it came about'
)
from (
  select schnittwerk.create_booking('9', :'carla', :'haircut', '2026-12-02 10:00+01',
    p_expected_price => 60, p_hold_id => (:'answer'::jsonb #>> '{hold,id}')::uuid) -> 'appointment'
) t (a);

-- A use goes back with the hold.
select schnittwerk.save_price_rule('Two', 'promotion', '{"code": "TWOONLY", "max_uses": 2}',
  '{"percent": -20}') \g /dev/null
create function pg_temp.held(p_service_id uuid, p_staff_id uuid, p_day int)
returns jsonb
language sql
as $$
  select schnittwerk.hold_slot(gen_random_uuid()::text, p_service_id,
    '2026-12-03 10:00+01'::timestamptz + make_interval(days => p_day), p_staff_id,
    p_promotion_code => 'TWOONLY')
$$;
select pg_temp.held(:'haircut', :'anna', 0) #>> '{hold,id}' as first,
  pg_temp.held(:'haircut', :'anna', 1) as second \gset
select is(
  pg_temp.held(:'haircut', :'anna', 2) ->> 'code', 'promotion_used_up',
  'as many holds as uses use a promotion up'
);
select schnittwerk.release_hold('r', :'first') \g /dev/null
select is(
  pg_temp.held(:'haircut', :'anna', 4) ->> 'success', 'true',
  'a hold that is released gives its use back'
);
select pg_temp.now_is('2026-12-01 08:10+01') \g /dev/null
select is(
  pg_temp.held(:'haircut', :'anna', 5) ->> 'success', 'true',
  'a hold that has lapsed gives its use back'
);

-- Who may use a promotion is known when a hold for nobody yet is booked.
select schnittwerk.save_price_rule('Each once', 'promotion',
    '{"code": "EACHONCE", "max_uses_per_customer": 1}', '{"percent": -10}'),
  schnittwerk.save_price_rule('First', 'promotion', '{"code": "FIRST", "first_visit": true}',
    '{"percent": -10}') \g /dev/null
select
  schnittwerk.hold_slot('h1', :'haircut', '2026-12-14 09:00+01', :'ben',
    p_promotion_code => 'EACHONCE') #>> '{hold,id}' as each_once,
  schnittwerk.hold_slot('h2', :'haircut', '2026-12-14 11:00+01', :'ben',
    p_promotion_code => 'FIRST') #>> '{hold,id}' as first,
  schnittwerk.create_booking('b1', :'dora', :'haircut', '2026-12-14 14:00+01', :'ben',
    p_promotion_code => 'EACHONCE') as used \gset
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    key, customer_id::uuid, :'haircut', starts_at, p_hold_id => hold_id::uuid)), answer, description
)
from (
  values
    ('b2', :'dora', timestamptz '2026-12-14 09:00+01', :'each_once', '409 promotion_used_up',
      'a hold for nobody yet is not for a customer who has used its promotion up'),
    ('b3', :'dora', '2026-12-14 11:00+01', :'first', '400 promotion_not_valid',
      'a hold for nobody yet with a promotion for first visits is not for a second one'),
    ('b4', :'carla', '2026-12-14 09:00+01', :'each_once', null,
      'a hold for nobody yet is for a customer who may use its promotion')
) t (key, customer_id, starts_at, hold_id, answer, description);

select * from finish();
rollback;
