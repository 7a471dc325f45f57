begin;
select plan(10);
\ir ../fixture.psql

-- The key under which a booking with these headers is recorded, or how it is refused.
create function pg_temp.key_used(p_key text, p_headers text, p_customer_id uuid, p_service_id uuid)
returns text
language plpgsql
as $$
declare
  v_answer jsonb;
begin
  perform set_config('request.headers', p_headers, true);
  v_answer := schnittwerk.create_booking(
    p_key, p_customer_id, p_service_id, '2026-12-02 10:00+01', p_override_reason => 'test');
  return coalesce(pg_temp.refusal(v_answer), (
    select o.idempotency_key from schnittwerk_core.booking_operations o
    where o.id = (v_answer ->> 'operation_id')::uuid
  ));
end
$$;

select is(
  pg_temp.key_used(null, '{"idempotency-key": "a"}', :'carla', :'haircut'), 'a', 'Idempotency-Key'
);
delete from schnittwerk_core.appointments;
select is(
  pg_temp.key_used(null, '{"x-idempotency-key": "b"}', :'carla', :'haircut'), 'b',
  'X-Idempotency-Key'
);
delete from schnittwerk_core.appointments;
select is(
  pg_temp.key_used('c', '{"idempotency-key": "d"}', :'carla', :'haircut'), 'c',
  'the argument goes before the header'
);
delete from schnittwerk_core.appointments;
select is(
  pg_temp.key_used(repeat('é', 255), '', :'carla', :'haircut'), repeat('é', 255),
  '255 characters are accepted'
);
select is(
  pg_temp.key_used(key, headers, :'carla', :'haircut'), '400 invalid_input: p_idempotency_key',
  description
)
from (
  values
    (null, '{"accept": "*/*"}', 'a key is required, with a gateway'),
    (null, '', 'and without'),
    ('', '', 'an empty key'),
    (repeat('x', 256), '', '256 characters'),
    (E'a\nb', '', 'a key with a line break'),
    (null, '{"idempotency-key": ""}', 'an empty header')
) t (key, headers, description);

select * from finish();
rollback;
