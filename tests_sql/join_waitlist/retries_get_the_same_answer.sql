begin;
select plan(8);
\ir ../fixture.psql

select schnittwerk.join_waitlist(
  '1', :'carla', :'haircut', '2026-12-01', '2026-12-10') as answer \gset
select set_config('response.status', '', true) \g /dev/null
select is(
  schnittwerk.join_waitlist('1', :'carla', :'haircut', '2026-12-01', '2026-12-10'),
  :'answer'::jsonb || '{"replayed": true}', 'a retry gets the same body'
);
select is(current_setting('response.status'), '201', 'a retry sets the same response.status');
select is(
  (select count(*) from schnittwerk_core.waitlist), 1::bigint,
  'a retry adds no second entry'
);
select is(
  pg_temp.refusal(schnittwerk.join_waitlist(
    '1', customer, :'haircut', '2026-12-01', to_date, staff, times, days, priority, notes)),
  '422 idempotency_key_reused', 'reusing the key with ' || description || ' is refused'
)
from (
  values
    (:'dora'::uuid, date '2026-12-10', null::uuid, null::time[], null::int[], 0, null::text,
      'another customer'),
    (:'carla', '2026-12-11', null, null, null, 0, null, 'another date'),
    (:'carla', '2026-12-10', null, null, null, 1, 'x', 'another priority')
) t (customer, to_date, staff, times, days, priority, notes, description);

select pg_temp.become_user(:'carla_user') \g /dev/null
select is(
  pg_temp.refusal(
    schnittwerk.join_waitlist('1', null, :'color', '2026-12-01', '2026-12-10')),
  null, 'another caller may use the same key'
);
select is(
  schnittwerk.join_waitlist('1', :'carla', :'color', '2026-12-01', '2026-12-10') ->> 'replayed',
  'true', 'for a customer, null and their own id are the same request'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
