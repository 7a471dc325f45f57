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
  pg_temp.key_used(null, '{"idempotency-key": "a"}', :'carla', :'haircut'), 'a',
  'the key may be in the header Idempotency-Key'
);
delete from schnittwerk_core.appointments;
select is(
  pg_temp.key_used(null, '{"x-idempotency-key": "b"}', :'carla', :'haircut'), 'b',
  'the key may be in the header X-Idempotency-Key'
);
delete from schnittwerk_core.appointments;
select is(
  pg_temp.key_used('c', '{"idempotency-key": "d"}', :'carla', :'haircut'), 'c',
  'a key argument takes precedence over the header'
);
delete from schnittwerk_core.appointments;
select is(
  pg_temp.key_used(repeat('é', 255), '', :'carla', :'haircut'), repeat('é', 255),
  'a key of 255 characters is accepted'
);
select is(
  pg_temp.key_used(key, headers, :'carla', :'haircut'), '400 invalid_input: p_idempotency_key',
  description
)
from (
  values
    (null, '{"accept": "*/*"}', 'a request without a key in argument or headers is refused'),
    (null, '', 'a call without a key and without headers is refused'),
    ('', '', 'an empty key is refused'),
    (repeat('x', 256), '', 'a key of 256 characters is refused'),
    (E'a\nb', '', 'a key with a line break is refused'),
    (null, '{"idempotency-key": ""}', 'an empty header Idempotency-Key is refused')
) t (key, headers, description);

select * from finish();
rollback;
