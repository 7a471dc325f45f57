-- What has been delivered, and what waits for others, does not slow a relay; from the server's
-- counters, before the table has been analysed and after.
begin;
select plan(11);
\ir ../fixture.psql

-- of 30,000 events, four each about one thing; the last 3,000 are pending: a third for a target that
-- nobody asks for, a third about one thing, a third not due
alter table schnittwerk_core.journal disable trigger journal_is_of_now;
insert into schnittwerk_core.journal (
  salon_id, table_name, row_key, subject_id, kind, role, after, occurred_at
)
select :'salon', 'appointments', '{}', md5((n / 4)::text)::uuid, 'created', 'service', '{}',
  schnittwerk_core.clock() - (30001 - n) * interval '1 minute'
from generate_series(1, 30000) n;
insert into schnittwerk_core.event_delivery (
  salon_id, event_id, occurred_at, event_number, subject_id, target, channel, status, reason,
  next_attempt_at, created_at
)
select
  e.salon_id, e.id, e.occurred_at, e.n,
  case when e.n > 27000 and e.n % 3 = 1 then :'salon' else e.subject_id end,
  (case when e.n > 27000 then '{gone,one,later}'::text[] else '{books,mail,later}' end)
    [1 + e.n % 3],
  'webhook',
  case when e.n > 27000 then 'pending' when e.n % 10 = 0 then 'skipped' else 'delivered' end,
  case when e.n <= 27000 and e.n % 10 = 0 then 'outdated' end,
  schnittwerk_core.clock()
    + case when e.n % 3 = 2 then interval '1 hour' else interval '-1 minute' * (1 + e.n % 3) end,
  e.occurred_at
from (
  select e.*, row_number() over (order by e.number)::int as n
  from schnittwerk_core.journal e
  where e.table_name = 'appointments'
) e;

-- How many rows and index entries of the deliveries have been read.
create function pg_temp.read_rows()
returns bigint
language sql
as $$
  select sum(pg_stat_get_xact_tuples_returned(r.id) + pg_stat_get_xact_tuples_fetched(r.id))::bigint
  from (
    select 'schnittwerk_core.event_delivery_default'::regclass::oid
    union all
    select i.indexrelid from pg_index i
    where i.indrelid = 'schnittwerk_core.event_delivery_default'::regclass
  ) r (id)
$$;
create function pg_temp.read_by(p_statement text)
returns text
language plpgsql
as $$
declare
  v_before constant bigint := pg_temp.read_rows();
  v_result bigint;
  v_read bigint;
begin
  execute p_statement into v_result;
  v_read := pg_temp.read_rows() - v_before;
  return format('%s, %s found', case when v_read <= 500 then 'few' else v_read || ' read' end,
    v_result);
end
$$;
create function pg_temp.readings()
returns setof text
language sql
as $$
  select pg_temp.read_by(s.statement)
  from (
    values
      (1, $q$select (schnittwerk.claim_delivery('{books,later,one}') -> 'delivery' <> 'null')::int$q$),
      (2, $q$select (schnittwerk.claim_delivery('{books,later}') -> 'delivery' <> 'null')::int$q$),
      (3, $q$select count(*) from schnittwerk.list_deliveries(null, 50)$q$),
      (4, $q$select count(*) from schnittwerk.list_deliveries('pending', 50)$q$),
      (5, $q$select count(*) from schnittwerk.list_deliveries('parked', 50)$q$)
  ) s (n, statement)
  order by s.n
$$;
\set expected '{"few, 1 found","few, 0 found","few, 50 found","few, 50 found","few, 0 found"}'
\set names '{claiming one that is due,claiming none,listing all,listing pending,listing parked}'

select is(r.reading, (:'expected'::text[])[r.n],
  (:'names'::text[])[r.n] || ' reads few deliveries before the table is analysed')
from pg_temp.readings() with ordinality r (reading, n);
analyze schnittwerk_core.event_delivery;
select is(r.reading, (:'expected'::text[])[r.n],
  (:'names'::text[])[r.n] || ' reads few deliveries after the table is analysed')
from pg_temp.readings() with ordinality r (reading, n);
select is(
  schnittwerk.claim_delivery('{later,gone,one}') #>> '{delivery,target}', 'one',
  'the delivery that has waited longest is claimed first');

select * from finish();
rollback;
