-- What has been delivered, and what waits for others, does not slow a relay; from the server's
-- counters, before the table has been analysed and after.
begin;
select plan(11);
\ir ../fixture.psql

-- of 30,000 events, four each about one thing; the last 3,000 are pending: a third for a target that
-- nobody asks for, a third about one thing, a third not due
delete from schnittwerk_core.events;
insert into schnittwerk_core.events (salon_id, type, subject_id, data)
select :'salon', 'appointment.created', md5((n / 4)::text)::uuid, '{}'
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
    + case when e.n % 3 = 2 then interval '1 hour' else '-1 minute' * (1 + e.n % 3) end,
  schnittwerk_core.clock() - (30001 - e.n) * interval '1 minute'
from (select e.*, row_number() over (order by e.number)::int as n from schnittwerk_core.events e) e;

-- How many rows of the deliveries a statement reads, and whether all.
create function pg_temp.read_by(p_statement text)
returns text
language plpgsql
as $$
declare
  v_table constant regclass := 'schnittwerk_core.event_delivery_default';
  v_wholes constant bigint := pg_stat_get_xact_numscans(v_table);
  v_rows constant bigint := pg_stat_get_xact_tuples_fetched(v_table);
  v_result bigint;
begin
  execute p_statement into v_result;
  return case
    when pg_stat_get_xact_numscans(v_table) > v_wholes then 'all'
    when pg_stat_get_xact_tuples_fetched(v_table) - v_rows > 400
      then pg_stat_get_xact_tuples_fetched(v_table) - v_rows || ' rows'
    else 'few'
  end || ', ' || v_result || ' found';
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

select is(r.reading, (:'expected'::text[])[r.n], 'as it grew: ' || r.n)
from pg_temp.readings() with ordinality r (reading, n);
analyze schnittwerk_core.event_delivery;
select is(r.reading, (:'expected'::text[])[r.n], 'analysed: ' || r.n)
from pg_temp.readings() with ordinality r (reading, n);
select is(
  schnittwerk.claim_delivery('{later,gone,one}') #>> '{delivery,target}', 'one',
  'whoever has waited longest comes first');

select * from finish();
rollback;
