begin;
select plan(37);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.set_policy('booking_rate_limit_customer', '5'),
  schnittwerk.set_policy('change_rate_limit_customer', '1') \g /dev/null

create function pg_temp.book(p_key text, p_service_id uuid, p_day int, p_notes text default null)
returns jsonb
language sql
as $$
  select schnittwerk.create_booking(p_key, null, p_service_id,
    timestamptz '2026-12-01 10:00+01' + make_interval(days => p_day), p_notes => p_notes)
$$;
-- The headers that the last call has set: 'Limit 3, Remaining 2, Reset 60'.
create function pg_temp.headers()
returns text
language sql
as $$
  select string_agg(replace(h.key, 'RateLimit-', '') || ' ' || h.value, ', ' order by a.n)
  from jsonb_array_elements(current_setting('response.headers')::jsonb) with ordinality a (o, n)
  cross join jsonb_each_text(a.o) h
$$;
create function pg_temp.used(p_kind text)
returns int
language sql
security definer
as $$
  select cardinality(u.calls) from schnittwerk_core.rate_usage u
  where u.kind = p_kind and u.user_id = '00000000-0000-4000-8000-000000000004'
$$;

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(pg_temp.refusal(schnittwerk.maintain()), '403 forbidden',
  'a customer may not run upkeep');
select is(pg_temp.used('change'), null, 'a forbidden call does not count');
select is(
  pg_temp.refusal(pg_temp.book('0', :'haircut', 1, E'\x01')), '400 invalid_input: p_notes',
  'a booking with a control character in its notes is refused');
select is(pg_temp.used('booking'), 1, 'a call refused for its arguments counts');
select set_config('response.headers', '', true) \g /dev/null
select is(pg_temp.book('1', :'haircut', 1) ->> 'success', 'true',
  'a booking within the rate limit succeeds');
select is(pg_temp.used('booking'), 2, 'a booking that succeeds counts');
select is(pg_temp.headers(), 'Limit 5, Remaining 3, Reset 60',
  'the headers tell limit, remaining calls and reset');
select pg_temp.now_is('2026-12-01 08:00:20+01'), set_config('response.headers', '', true)
\g /dev/null
select is(pg_temp.book('1', :'haircut', 1) ->> 'replayed', 'true', 'a retry is replayed');
select is(pg_temp.used('booking'), 2, 'a replay does not count');
select is(
  pg_temp.refusal(pg_temp.book('1', :'haircut', 2)), '422 idempotency_key_reused',
  'a reused key is refused');
select is(pg_temp.used('booking'), 3, 'a reused key counts');
select set_config('response.headers', '', true) \g /dev/null
select is(
  pg_temp.refusal(pg_temp.book('2', :'haircut', 300)), '400 too_far_ahead',
  'a start too far ahead is refused');
select is(pg_temp.used('booking'), 4, 'a refusal by a rule counts');
select is(pg_temp.headers(), 'Limit 5, Remaining 1, Reset 40',
  'the reset counts from the first call');
select is(
  pg_temp.refusal(pg_temp.book('3', :'anna', 1)), '404 not_found',
  'a booking of an unknown service is not found');
select is(pg_temp.used('booking'), 5, 'a call with an unknown id counts');

select set_config('response.headers', '[{"X-Other": "1"}]', true) \g /dev/null
select pg_temp.book('4', :'haircut', 2) as refused \gset
select is(:'refused'::jsonb - 'correlation_id', '{
  "success": false, "operation_id": null, "replayed": false, "http_status": 429,
  "error": "Too many requests", "code": "rate_limited",
  "details": "Too many requests within a minute", "retry_after_seconds": 40
}', 'the sixth call within a minute is refused');
select is(
  pg_temp.headers(), 'X-Other 1, Limit 5, Remaining 0, Reset 40, Retry-After 40',
  'a rate-limited call adds its headers to those already set');
select is(current_setting('response.status'), '429',
  'a rate-limited call sets response.status to 429');
select is(pg_temp.used('booking'), 5, 'a rate-limited call does not count');
select is(
  pg_temp.refusal(pg_temp.book('4', :'haircut', 2, E'\x01')), '400 invalid_input: p_notes',
  'arguments are checked before the rate limit');
select is(pg_temp.used('booking'), 5, 'no more calls are kept than the limit');
select is(pg_temp.book('1', :'haircut', 1) ->> 'replayed', 'true',
  'a retry is replayed beyond the rate limit');

-- what raises within the engine is counted all the same
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences(:'dora')), '404 not_found',
  'a change of another customer is not found');
select is(pg_temp.used('change'), 1, 'a change that fails counts');
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences(:'carla')), '429 rate_limited',
  'a change beyond the rate limit is refused');
select is(
  pg_temp.refusal(schnittwerk.set_contact_preferences(:'carla', 'DE')),
  '400 invalid_input: p_language', 'the arguments of a change are checked before the rate limit');
select is(pg_temp.refusal(schnittwerk.maintain()), '403 forbidden',
  'the role of the caller is checked before the rate limit');

select pg_temp.now_is('2026-12-01 08:01+01') \g /dev/null
select is(pg_temp.book('4', :'haircut', 2) ->> 'success', 'true',
  'a rate-limited key can be used a minute later');
select is(pg_temp.used('booking'), 5, 'calls that are a minute old no longer count');
select is(
  pg_temp.refusal(pg_temp.book('5', :'haircut', 3)), '429 rate_limited',
  'each call beyond the limit within the last minute is refused');

select pg_temp.become_superuser() \g /dev/null
select is(
  (select string_agg(code, ' ' order by code) from schnittwerk_core.refusal
   where code in ('rate_limited', 'not_found')),
  'not_found not_found rate_limited rate_limited rate_limited',
  'rate-limited calls are in the refusal log');

select set_config('schnittwerk.acting_user', :'carla_user', true) \g /dev/null
select is(
  pg_temp.refusal(pg_temp.book('6', :'haircut', 3)), '429 rate_limited',
  'the service acting for a customer is bound by their rate limit');
select pg_temp.now_is('2026-12-01 08:00:01+01') \g /dev/null
select is(
  pg_temp.refusal(pg_temp.book('6', :'haircut', 3)), '429 rate_limited',
  'a call that began less than a minute before others counts them');
select pg_temp.now_is('2026-12-01 07:00+01') \g /dev/null
select is(
  pg_temp.book('6', :'haircut', 3) ->> 'success', 'true',
  'a clock that is set back locks nobody out');
select is(pg_temp.used('booking'), 1, 'calls more than a minute in the future are forgotten');
select set_config('schnittwerk.acting_user', '', true) \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.set_policy('change_rate_limit_customer', '1001')),
  '400 invalid_input: p_policy_value', 'a rate limit above 1000 is refused');

select * from finish();
rollback;
