-- What monitoring and upkeep read of a book with a year of operations, from the server's counters.
begin;
select plan(7);
\ir ../fixture.psql

insert into schnittwerk_core.booking_operations (
  salon_id, operation_type, idempotency_key, caller, request_fingerprint, response,
  correlation_id, created_at
)
select :'salon', 'create', n::text, 'service', ''::bytea, '{}'::jsonb, '',
  schnittwerk_core.clock() - n * interval '10 minutes'
from generate_series(1, 50000) n;
insert into schnittwerk_core.refusal (
  salon_id, operation_type, code, caller, correlation_id, created_at
)
select :'salon', 'create', 'not_found', 'service', '',
  schnittwerk_core.clock() - n * interval '10 minutes'
from generate_series(1, 50000) n;
insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during)
select :'salon', gen_random_uuid(), :'ben',
  tstzrange(s.starts_at, s.starts_at + interval '45 minutes')
from generate_series(1, 10000) n
cross join lateral (
  select schnittwerk_core.clock() - interval '10 days' + n * interval '1 hour' as starts_at
) s;
analyze;

-- How often a whole table was read, and the index.
create function pg_temp.scanned(p_statement text, p_table regclass, p_index regclass)
returns text
language plpgsql
as $$
declare
  v_wholes constant bigint := pg_stat_get_xact_numscans(p_table);
  v_scans constant bigint := pg_stat_get_xact_numscans(p_index);
begin
  execute p_statement;
  return case
    when pg_stat_get_xact_numscans(p_table) > v_wholes then 'all of ' || p_table
    when pg_stat_get_xact_numscans(p_index) > v_scans then 'by index'
    else 'otherwise'
  end;
end
$$;

select is(pg_temp.scanned(s.statement, s.read, s.by),
  'by index', s.description || ' are read by index')
from (
  values
    (1, 'the operations of a day',
      $$select schnittwerk.booking_metrics('2026-11-10', '2026-11-11')$$,
      'schnittwerk_core.booking_operations'::regclass,
      'schnittwerk_core.booking_operations_by_creation'::regclass),
    (2, 'the refusals of a day', $$select schnittwerk.booking_metrics('2026-11-10', '2026-11-11')$$,
      'schnittwerk_core.refusal_default', 'schnittwerk_core.refusal_default_pkey'),
    (3, 'old operations to be counted', 'select schnittwerk.purge_operations(340, true)',
      'schnittwerk_core.booking_operations', 'schnittwerk_core.booking_operations_by_creation'),
    (4, 'old operations to be deleted', 'select schnittwerk.purge_operations(345)',
      'schnittwerk_core.booking_operations', 'schnittwerk_core.booking_operations_by_creation'),
    (5, 'old refusals to be deleted', 'select schnittwerk.purge_operations(340)',
      'schnittwerk_core.refusal_default', 'schnittwerk_core.refusal_default_pkey')
) s (n, description, statement, read, by)
order by s.n;
select is(
  (select count(*) from schnittwerk_core.booking_operations
   where created_at < schnittwerk_core.clock() - interval '340 days'), 0::bigint,
  'purge_operations deletes all old operations'
);
select is(
  schnittwerk.maintain() -> 'maintained' @> '{"operations": 10000, "refusals": 10000}', true,
  'upkeep deletes at most 10000 operations and refusals at once'
);

select * from finish();
rollback;
