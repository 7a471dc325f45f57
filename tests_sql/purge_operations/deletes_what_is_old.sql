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
  'service', 'only the service may purge operations'
);
select is(
  pg_temp.refusal(schnittwerk.purge_operations(d.days, d.dry, :'salon')),
  '400 invalid_input: ' || d.paths,
  format('purging after %L days with dry run %L is refused', d.days, d.dry)
)
from (
  values (29, false, 'p_older_than_days'), (3651, false, 'p_older_than_days'),
    (null, null, 'p_older_than_days, p_is_dry_run')
) d (days, dry, paths);
select is(pg_temp.refusal(schnittwerk.purge_operations()), '400 salon_required',
  'with two salons, the salon is required');
select is(
  pg_temp.refusal(schnittwerk.purge_operations(p_salon_id => :'anna')), '404 not_found',
  'an unknown salon is not found'
);
-- those of this test, which are as old as it
delete from schnittwerk_core.refusal where correlation_id not in ('30 days', 'a second more');
select is(
  schnittwerk.purge_operations(p_is_dry_run => true, p_salon_id => :'salon') -> 'purged',
  '{"operations": 2, "refusals": 2}', 'a dry run counts old operations and refusals'
);
select is(
  (select count(*) from schnittwerk_core.booking_operations), 6::bigint,
    'a dry run deletes nothing');
select is(
  schnittwerk.purge_operations(90, p_salon_id => :'salon') -> 'purged',
  '{"operations": 1, "refusals": 0}', 'operations older than the given days are deleted'
);
select is(
  schnittwerk.purge_operations(p_salon_id => :'salon') -> 'purged',
  '{"operations": 1, "refusals": 2}', 'by default what is older than 30 days is deleted'
);
select is(
  schnittwerk.purge_operations(p_salon_id => :'salon') -> 'purged',
  '{"operations": 0, "refusals": 0}', 'a second purge deletes nothing'
);
select bag_eq(
  'select idempotency_key from schnittwerk_core.booking_operations',
  '{30 days,30 days,a second more,90 days}'::text[],
  'operations exactly 30 days old or of another salon are kept'
);
select is(
  schnittwerk.get_operation('30 days', 'create', :'salon') ->> 'replayed', 'true',
  'a kept operation is replayed'
);

select * from finish();
rollback;
