-- Whoever may log in may set request.headers, request.jwt.claims and schnittwerk.acting_user.
begin;
select plan(42);
\ir ../fixture.psql
\ir ../refused.psql

create temporary table garbage (value text);
grant select on garbage to public;
insert into garbage
values
  ('x'), ('{'), ('[]'), ('[{"sub": "x"}]'), ('"sub"'), ('1'), ('null'), ('true'), (E'\x01'),
  ('{"sub": "\u0000", "x-correlation-id": "\u0000"}'), ('{"sub": "\ud800"}'),
  ('{"sub": {"sub": 1}, "x-correlation-id": ["\n"], "idempotency-key": null}'),
  ('{"n": 1e1000000}'), (repeat('[', 1000000));

select is(
  (select array_agg(schnittwerk_core.json_or_null(v)) from unnest('{NULL,""}'::text[]) v),
  '{NULL,NULL}'::jsonb[], 'json_or_null gives null for null and an empty string'
);
select is(
  schnittwerk_core.json_or_null('{"a": [1, "x"]}'), '{"a": [1, "x"]}',
  'json_or_null parses valid JSON');

create function pg_temp.refusal_with_headers(p_headers text)
returns text
language plpgsql
as $$
begin
  perform set_config('request.headers', p_headers, true);
  return pg_temp.refusal(r.answer) from (
    select schnittwerk.create_booking(null, null, null, null) as answer
  ) r
  where r.answer ->> 'correlation_id' ~ '^[!-~]{1,200}$';
end
$$;
select is(
  pg_temp.refusal_with_headers(g.value),
  '400 invalid_input: p_idempotency_key, p_customer_id, p_service_id, p_starts_at',
  'a correlation id, but no key, comes from the headers ' || left(g.value, 30))
from garbage g;
select set_config('request.headers', '{"x-correlation-id": "a\u202e"}', true) \g /dev/null
select isnt(
  schnittwerk_core.correlation_id(), U&'a\202e',
  'a correlation id with characters that do not show is not taken over'
);
select set_config('request.headers', '', true) \g /dev/null

select pg_temp.become_user(:'carla_user') \g /dev/null
create function pg_temp.refusal_with_claims(p_claims text, p_salon_id uuid)
returns text
language plpgsql
as $$
begin
  perform set_config('request.jwt.claims', p_claims, true);
  return pg_temp.refused(format('select schnittwerk.list_customers(p_salon_id => %L)', p_salon_id));
end
$$;
select is(
  pg_temp.refusal_with_claims(g.value, :'salon'), '401 not_authenticated',
  'nobody is signed in by the claims ' || left(g.value, 30))
from garbage g;
select pg_temp.become_service() \g /dev/null

create function pg_temp.refusal_for(p_acting_user text, p_call text)
returns text
language plpgsql
as $$
declare
  v_refusal text;
begin
  perform set_config('schnittwerk.acting_user', p_acting_user, true);
  v_refusal := pg_temp.refused('select ' || p_call);
  perform set_config('schnittwerk.acting_user', '', true);
  return v_refusal;
end
$$;
select is(
  pg_temp.refusal_for(acting_user, format('schnittwerk.list_services(p_salon_id => %L)', :'salon')),
  '401 not_authenticated', 'the service cannot act for the user ' || quote_literal(acting_user)
)
from unnest(array[
  'x', ' ', '1', 'null', :'carla_user' || ' ', '{' || :'carla_user' || '}',
  replace(:'carla_user', '-', '')
]) acting_user;
select is(
  pg_temp.refusal_for(:'carla_user', format('schnittwerk.list_services(p_salon_id => %L)', :'salon')),
  null, 'the service may act for a user'
);

select set_config('schnittwerk.acting_user', 'x', true) \g /dev/null
select is(
  schnittwerk.create_holiday('Feast', '2026-12-24', p_salon_id => :'salon')
    - '{correlation_id,operation_id,replayed}'::text[],
  '{"success": false, "http_status": 401, "error": "Authentication required",
    "code": "not_authenticated", "details": "schnittwerk.acting_user is not a uuid"}',
  'a write answers that acting_user is no uuid'
);
select is(
  pg_temp.refusal(schnittwerk.save_salon('Elsewhere', 'Europe/Zurich')), '401 not_authenticated',
  'save_salon refuses an acting_user that is no uuid'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  (select array_agg(distinct r.caller) from schnittwerk_core.refusal r
    where r.code = 'not_authenticated'),
  '{anonymous}', 'refusals of a wrong acting_user are counted as anonymous'
);

select * from finish();
rollback;
