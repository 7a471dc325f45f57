begin;
select plan(13);
\ir ../fixture.psql
\ir ../refused.psql

select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
insert into schnittwerk_core.booking_operations (
  salon_id, operation_type, idempotency_key, caller, request_fingerprint, response,
  correlation_id, created_at
)
select s.id, 'create', k.key, 'service', ''::bytea, '{"success": true}', 'c',
  schnittwerk_core.clock() - k.age
from (
  values ('30 days', interval '720 hours'), ('a second more', interval '720:00:01'),
    ('90 days', interval '2160:00:01')
) k (key, age)
cross join (values (:'salon'::uuid), (:'second')) s (id);
insert into schnittwerk_core.refusal (
  salon_id, operation_type, code, caller, correlation_id, created_at
)
select s.id, 'create', 'not_found', 'service', k.key, schnittwerk_core.clock() - k.age
from (
  values ('30 days', interval '720 hours'), ('a second more', interval '720:00:01')
) k (key, age)
cross join (
  values (:'salon'::uuid), (:'second'), ('00000000-0000-0000-0000-000000000000')
) s (id);

select is(
  pg_temp.who_may(format('select schnittwerk.purge_operations(p_salon_id => %L)', :'salon')),
  'service', 'for the service'
);
select is(
  pg_temp.refusal(schnittwerk.purge_operations(d.days, d.dry, :'salon')),
  '400 invalid_input: ' || d.paths, format('%s days, dry %s', d.days, d.dry)
)
from (
  values (29, false, 'p_older_than_days'), (3651, false, 'p_older_than_days'),
    (null, null, 'p_older_than_days, p_is_dry_run')
) d (days, dry, paths);
select is(pg_temp.refusal(schnittwerk.purge_operations()), '400 salon_required', 'which of two');
select is(
  pg_temp.refusal(schnittwerk.purge_operations(p_salon_id => :'anna')), '404 not_found',
  'an unknown salon'
);
-- those of this test, which are as old as it
delete from schnittwerk_core.refusal where correlation_id not in ('30 days', 'a second more');
select is(
  schnittwerk.purge_operations(p_is_dry_run => true, p_salon_id => :'salon') -> 'purged',
  '{"operations": 2, "refusals": 2}', 'what would go'
);
select is(
  (select count(*) from schnittwerk_core.booking_operations), 6::bigint, 'and has not gone');
select is(
  schnittwerk.purge_operations(90, p_salon_id => :'salon') -> 'purged',
  '{"operations": 1, "refusals": 0}', 'what is older than one says'
);
select is(
  schnittwerk.purge_operations(p_salon_id => :'salon') -> 'purged',
  '{"operations": 1, "refusals": 2}', 'by default than 30 days'
);
select is(
  schnittwerk.purge_operations(p_salon_id => :'salon') -> 'purged',
  '{"operations": 0, "refusals": 0}', 'then nothing is left to do'
);
select bag_eq(
  'select idempotency_key from schnittwerk_core.booking_operations',
  '{30 days,30 days,a second more,90 days}'::text[],
  'a key lives for 30 days to the second, and another salon''s as long as that salon says'
);
select is(
  schnittwerk.get_operation('30 days', 'create', :'salon') ->> 'replayed', 'true',
  'what is kept is replayed'
);

select * from finish();
rollback;
