begin;
select plan(17);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.set_policy('booking_rate_limit_customer', '0'),
  schnittwerk.save_price_rule('Spring', 'promotion', '{"code": "SPRING"}', '{"amount": -5}')
\g /dev/null

create function pg_temp.book(p_key text, p_service_id uuid, p_day int, p_code text)
returns jsonb
language sql
as $$
  select schnittwerk.create_booking(p_key, null, p_service_id,
    timestamptz '2026-12-01 10:00+01' + make_interval(days => p_day), p_promotion_code => p_code)
$$;
create function pg_temp.told(p_answer jsonb)
returns text
language sql
as $$ select coalesce(pg_temp.refusal(p_answer), p_answer #>> '{appointment,price}') $$;

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.told(pg_temp.book('1', :'haircut', 1, 'WRONG1')), '400 promotion_not_valid',
  'a wrong code is refused'
);
select is(
  pg_temp.told(pg_temp.book('1', :'haircut', 1, 'WRONG1')), '400 promotion_not_valid',
  'a retry with a wrong code is replayed'
);
select pg_temp.now_is('2026-12-01 08:00:10+01') \g /dev/null
select is(
  pg_temp.told(pg_temp.book('2', :'haircut', 1, 'SPRING')), '70.00', 'a right code books'
);
select is(
  (select count(*)::int from generate_series(1, 3) n
    where pg_temp.told(pg_temp.book('wrong ' || n, :'haircut', 2, 'WRONG' || n))
      = '400 promotion_not_valid'),
  3, 'neither replays nor right codes count'
);
select is(
  pg_temp.told(schnittwerk.hold_slot('3', :'haircut', '2026-12-03 10:00+01',
    p_promotion_code => 'WRONG')), '400 promotion_not_valid', 'a hold with a wrong code is refused'
);
select pg_temp.now_is('2026-12-01 08:00:20+01'), set_config('response.headers', '', true)
\g /dev/null
select pg_temp.book('4', :'haircut', 2, 'WRONG6') as refused \gset
select is(
  :'refused'::jsonb - 'correlation_id', '{
    "success": false, "operation_id": null, "replayed": false, "http_status": 429,
    "error": "Too many requests", "code": "rate_limited",
    "details": "Too many requests within a minute", "retry_after_seconds": 40
  }', 'after five wrong codes within a minute a code is refused'
);
select ok(
  current_setting('response.headers')::jsonb @> '[{"RateLimit-Limit": "5"}, {"Retry-After": "40"}]',
  'the headers tell when the next code may be given'
);
select is(
  pg_temp.told(pg_temp.book('5', :'haircut', 2, 'SPRING')), '429 rate_limited',
  'a right code is refused as well, so that nobody learns that it is right'
);
select is(
  pg_temp.told(schnittwerk.hold_slot('6', :'haircut', '2026-12-03 10:00+01',
    p_promotion_code => 'SPRING')), '429 rate_limited', 'after five wrong codes a hold with a code is refused'
);
select is(
  pg_temp.told(pg_temp.book('2', :'haircut', 1, 'SPRING')), '70.00',
  'a retry with a code is replayed beyond the limit'
);
select is(
  pg_temp.told(pg_temp.book('7', :'haircut', 2, null)), '75.00',
  'a booking without a code is not limited by wrong ones'
);
select is(
  schnittwerk.explain_price(:'haircut', :'anna', '2026-12-03 14:00+01', 'SPRING') ->> 'price',
  '70.00', 'a read with a code is not limited'
);

-- Each caller has a limit of their own.
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.told(schnittwerk.create_booking('8', :'dora', :'haircut', '2026-12-04 10:00+01',
    p_promotion_code => 'SPRING')), '70.00', 'somebody else may give a code'
);
select is(
  (select array_agg(distinct pg_temp.told(schnittwerk.create_booking(
      'r' || n, :'dora', :'haircut', '2026-12-04 14:00+01', p_promotion_code => 'WRONG' || n)))
    from generate_series(1, 6) n),
  '{400 promotion_not_valid,429 rate_limited}', 'the wrong codes of the salon team are limited'
);

-- As soon as the oldest is a minute ago
select pg_temp.become_user(:'carla_user'), pg_temp.now_is('2026-12-01 08:00:59+01') \g /dev/null
select is(
  pg_temp.told(pg_temp.book('9', :'haircut', 3, 'SPRING')), '429 rate_limited',
  'the limit holds until the oldest wrong code is a minute ago'
);
select pg_temp.now_is('2026-12-01 08:01+01') \g /dev/null
select is(
  pg_temp.told(pg_temp.book('9', :'haircut', 3, 'SPRING')), '70.00',
  'a key that was refused for wrong codes books a minute later'
);
select pg_temp.become_service() \g /dev/null
select is(
  (select count(*)::int from generate_series(1, 8) n
    where pg_temp.told(schnittwerk.create_booking(
      's' || n, :'dora', :'haircut', '2026-12-04 14:00+01', p_promotion_code => 'WRONG' || n))
      = '400 promotion_not_valid'),
  8, 'the service is not limited'
);

select * from finish();
rollback;
