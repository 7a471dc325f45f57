-- The months of the journal, the deliveries and the refusals: made ahead, dropped when nobody keeps a
-- row of them.
begin;
select plan(47);
\ir ../fixture.psql
\ir ../clock.psql

-- Upkeep does not wait for tables that an autovacuum works on; this lock does, and ends it.
lock table schnittwerk_core.salon, schnittwerk_core.journal, schnittwerk_core.journal_personal,
  schnittwerk_core.event_delivery, schnittwerk_core.refusal
in access exclusive mode;

create function pg_temp.months(p_table regclass)
returns text
language sql
as $$
  select string_agg(substr(c.relname, length(p.relname) + 2), ' ' order by c.relname)
  from pg_inherits i
  join pg_class c on c.oid = i.inhrelid
  join pg_class p on p.oid = i.inhparent
  where i.inhparent = p_table and c.relname not like '%\_default'
$$;
create function pg_temp.kept(p_salon_id uuid)
returns text
language sql
as $$
  select concat(m.r -> 'partitions_made', ' made, ', m.r -> 'partitions_dropped', ' dropped')
  from (select schnittwerk.maintain(p_salon_id) -> 'maintained' as r) m
$$;

select is(pg_temp.months('schnittwerk_core.journal'), null,
  'a new journal has no partitions by month');
select is(pg_temp.kept(:'salon'), '11 made, 0 dropped',
  'upkeep makes partitions for the months to come');
select is(pg_temp.months(t.name), t.months, 'upkeep makes the months of ' || t.name)
from (
  values
    (1, 'schnittwerk_core.journal'::regclass, '2027_01 2027_02 2027_03'),
    (2, 'schnittwerk_core.journal_personal', '2027_01 2027_02 2027_03'),
    (3, 'schnittwerk_core.event_delivery', '2026_12 2027_01 2027_02 2027_03'),
    (4, 'schnittwerk_core.refusal', '2026_12 2027_01 2027_02 2027_03')
) t (n, name, months)
order by t.n;
select is(pg_temp.kept(:'salon'), '0 made, 0 dropped', 'a second upkeep makes no partitions');
select is(
  (select count(*) from schnittwerk_core.journal_default),
  (select count(*) from schnittwerk_core.journal),
    'earlier journal rows stay in the default partition');

-- across the end of a month, which is that of UTC
select pg_temp.now_is('2027-01-01 00:59:59+01') \g /dev/null
select schnittwerk.set_policy('max_reschedules', '1') \g /dev/null
select pg_temp.now_is('2027-01-01 01:00+01') \g /dev/null
select schnittwerk.set_policy('max_reschedules', '2'),
  schnittwerk.create_booking('1', :'carla', :'haircut', '2027-01-05 10:00+01', :'anna', 'quiet'),
  schnittwerk.create_booking('2', :'anna', :'haircut', '2027-01-05 10:00+01', :'anna') \g /dev/null
insert into schnittwerk_core.event_delivery (
  salon_id, event_id, occurred_at, event_number, subject_id, target, channel
)
select e.salon_id, e.id, e.occurred_at, e.number, e.subject_id, 'books', 'webhook'
from schnittwerk_core.events e
where e.type = 'appointment.created';
select is(
  (select string_agg(j.tableoid::regclass || ' ' || (j.after ->> 'policy_value'), ', '
     order by j.number)
   from schnittwerk_core.journal j where j.row_key ->> 'policy_key' = 'max_reschedules'
     and j.kind = 'updated'),
  'schnittwerk_core.journal_2027_01 2', 'a journal row is in the partition of its month in UTC');
select is(
  (select count(*) from schnittwerk_core.journal_default where row_key ->> 'policy_key' is not null),
  1::bigint, 'a journal row of a month without a partition is in the default one');
select is(t.rows, 1::bigint, 'a row of ' || t.name || ' is in the partition of its month')
from (
  values
    ('journal_personal', (select count(*) from schnittwerk_core.journal_personal_2027_01)),
    ('journal', (select count(*) from schnittwerk_core.journal_2027_01
      where table_name = 'appointments')),
    ('delivery', (select count(*) from schnittwerk_core.event_delivery_2027_01)),
    ('refusal', (select count(*) from schnittwerk_core.refusal_2027_01))
) t (name, rows);

-- as the tables are that they belong to
select is_empty(
  $$
    select c.oid::regclass from pg_class c
    where c.relispartition and c.relnamespace = 'schnittwerk_core'::regnamespace
      and c.relkind = 'r' and (not c.relrowsecurity or c.relowner <> (
        select p.relowner from pg_class p where p.oid = pg_partition_root(c.oid)))
  $$, 'partitions have row security and the owner of their table');
select is_empty(
  $$
    select c.oid::regclass, a.attname from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relispartition and c.relnamespace = 'schnittwerk_core'::regnamespace
      and c.relkind = 'r'
      and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)
  $$, 'partitions and their columns have comments');
select is_empty(
  $$
    select i.inhrelid::regclass from pg_inherits i
    join pg_class p on p.oid = i.inhparent and p.relkind = 'p'
    where (select count(*) from pg_index x where x.indrelid = i.inhrelid)
      <> (select count(*) from pg_index x where x.indrelid = i.inhparent)
  $$, 'partitions have the indexes of their table');
select throws_ok(s.statement, '23001', null, 'a superuser cannot ' || s.statement)
from unnest(array[
  'update schnittwerk_core.journal_2027_01 set role = ''nobody''',
  'delete from schnittwerk_core.journal_2027_01',
  'truncate schnittwerk_core.journal_2027_01 cascade',
  'update schnittwerk_core.journal_personal_2027_01 set reason = ''x''',
  'delete from schnittwerk_core.journal_personal_2027_01',
  'truncate schnittwerk_core.journal_personal_2027_01',
  'truncate schnittwerk_core.journal_personal_default'
]) s (statement);
select throws_ok(
  'delete from schnittwerk_core.journal_2027_01', '23001',
  'DELETE of journal is refused: the journal cannot be changed',
  'the error of a partition says that the journal cannot be changed');
select is_empty(
  $$
    select g.tgrelid::regclass, g.tgname from pg_trigger g
    where not g.tgisinternal and g.tgenabled <> 'A' and pg_partition_root(g.tgrelid)
        in ('schnittwerk_core.journal'::regclass, 'schnittwerk_core.journal_personal')
      and g.tgname not in ('journal_is_of_now', 'journal_personal_is_not_added_to')
  $$, 'triggers of partitions fire whatever session_replication_role is');

select pg_temp.now_is('2027-02-10 10:00+01') \g /dev/null
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second,
  schnittwerk.set_policy('max_reschedules', '3', p_salon_id => :'salon') \gset
select schnittwerk.set_policy('max_reschedules', '3', p_salon_id => :'second') \g /dev/null
insert into schnittwerk_core.refusal (salon_id, operation_type, code, caller, correlation_id)
values
  (:'second', 'create', 'not_found', 'service', ''),
  ('00000000-0000-0000-0000-000000000000', 'create', 'not_found', 'service', '');

-- nobody keeps it up for a while
select pg_temp.now_is('2027-06-10 10:00+02') \g /dev/null
select schnittwerk.set_policy('max_reschedules', '4', p_salon_id => :'salon') \g /dev/null
select is(
  (select a.tableoid::regclass from schnittwerk_core.journal a order by a.number desc limit 1),
  'schnittwerk_core.journal_default'::regclass,
  'after months without upkeep a new row is in the default partition');
select schnittwerk.set_policy('retention_operations_days', '120', p_salon_id => :'second')
  \g /dev/null
insert into schnittwerk_core.event_consumer (salon_id, name)
values (:'salon', 'reader'), (:'salon', 'other'), (:'second', 'reader');
update schnittwerk_core.event_delivery set status = 'parked';
select is(
  pg_temp.kept(:'salon'), '11 made, 7 dropped',
  'upkeep after a pause makes months to come and drops old ones');
select is(
  pg_temp.months('schnittwerk_core.refusal'), '2027_02 2027_06 2027_07 2027_08 2027_09',
  'a month of refusals is kept while any salon keeps a row of it');
select is(
  pg_temp.months('schnittwerk_core.journal'), '2027_01 2027_02 2027_07 2027_08 2027_09',
  'an empty month of the journal is dropped');
select is(
  pg_temp.months('schnittwerk_core.event_delivery'), '2027_01 2027_06 2027_07 2027_08 2027_09',
  'an empty month of deliveries is dropped');
select schnittwerk.set_policy('retention_operations_days', '90', p_salon_id => :'second')
  \g /dev/null
select is(pg_temp.kept(:'salon'), '0 made, 1 dropped',
  'refusals without a salon do not keep a month');

create function pg_temp.retention(p_salon_id uuid)
returns text
language sql
as $$
  select schnittwerk.apply_retention(p_salon_id => p_salon_id) ->> 'success'
$$;
update schnittwerk_core.event_delivery set status = 'delivered';
update schnittwerk_core.event_consumer
set passed = format('%1$s:%1$s:', pg_current_xact_id()::text::bigint + 1)::pg_snapshot
where salon_id = :'salon' and name = 'reader';
select pg_temp.retention(:'salon') \g /dev/null
select is(pg_temp.kept(:'salon'), '0 made, 0 dropped',
  'a month that a consumer has yet to read is kept');
update schnittwerk_core.event_consumer
set passed = format('%1$s:%1$s:', pg_current_xact_id()::text::bigint + 1)::pg_snapshot
where salon_id = :'salon';
update schnittwerk_core.event_delivery set status = 'parked';
select pg_temp.retention(:'salon') \g /dev/null
select is(
  (select min(e.occurred_at) >= '2027-03-12 09:00+01' from schnittwerk_core.events e
   where e.salon_id = :'salon'), true, 'events that all consumers have read are deleted');
select is(pg_temp.kept(:'salon'), '0 made, 0 dropped', 'a month with a parked delivery is kept');
select is(
  (select l.event_type from schnittwerk.list_deliveries(p_salon_id => :'salon') l),
  'appointment.created', 'a parked delivery still has its event type');
update schnittwerk_core.event_delivery set status = 'delivered';
select pg_temp.retention(:'salon') \g /dev/null
select is(
  (select count(*) from schnittwerk_core.event_delivery), 0::bigint,
  'a delivery is deleted once it is delivered and its event is gone');
select is(pg_temp.kept(:'salon'), '0 made, 1 dropped', 'the month of the last delivery is dropped');
select is(
  (select count(*) from schnittwerk_core.audit where occurred_at < '2027-03-01'), (
    select count(*) from schnittwerk_core.journal where occurred_at < '2027-03-01'),
  'without a policy all journal entries are in the audit');

select schnittwerk.set_policy('retention_audit_days', '90', p_salon_id => :'salon') \g /dev/null
select is(pg_temp.retention(:'salon'), 'true',
  'apply_retention succeeds under a policy for the audit');
select is(
  (select min(a.occurred_at) >= '2027-03-12 09:00+01' from schnittwerk_core.audit a
   where a.salon_id = :'salon'), true,
  'old audit entries are deleted, also in the default partition');
select is(
  (select string_agg(format('%s %s', j.table_name, j.kind), ', ')
   from schnittwerk_core.journal_2027_01 j), 'appointments created',
  'the history of an appointment is kept past the audit''s retention');
select is(
  (select array_agg(h.action) from schnittwerk_core.appointment_history h), '{created}',
  'the history of an appointment can be read after retention');
select is(
  (select array_agg(distinct j.salon_id) from schnittwerk_core.journal_2027_02 j),
  array[:'second'::uuid], 'journal entries of another salon are kept');
select schnittwerk.set_policy('retention_audit_days', '90', p_salon_id => :'second'),
  schnittwerk.forget_consumer('reader', :'second'), pg_temp.retention(:'second') \g /dev/null
select is(pg_temp.kept(:'salon'), '0 made, 1 dropped',
  'a month is dropped once no salon keeps a row of it');
select is(
  pg_temp.months('schnittwerk_core.journal_personal'), '2027_01 2027_07 2027_08 2027_09',
  'a month of personal values is dropped with the journal''s');

delete from schnittwerk_core.appointments;
select pg_temp.now_is('2027-09-09 10:00+02') \g /dev/null
select pg_temp.retention(:'salon'), pg_temp.kept(:'salon') \g /dev/null
select is(
  pg_temp.months('schnittwerk_core.journal') || '; '
    || pg_temp.months('schnittwerk_core.event_delivery'),
  '2027_09 2027_10 2027_11 2027_12; 2027_09 2027_10 2027_11 2027_12',
  'without rows to keep all old months are dropped');

select * from finish();
rollback;
