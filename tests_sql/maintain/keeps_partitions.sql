-- The months of the audit trail, the events and the refusals: made ahead, dropped when nobody keeps
-- a row of them.
begin;
select plan(42);
\ir ../fixture.psql
\ir ../clock.psql

-- Upkeep does not wait for tables that an autovacuum works on; this lock does, and ends it.
lock table schnittwerk_core.salon, schnittwerk_core.audit, schnittwerk_core.audit_personal,
  schnittwerk_core.events, schnittwerk_core.event_delivery, schnittwerk_core.refusal
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

select is(pg_temp.months('schnittwerk_core.audit'), null, 'at first there are none');
delete from schnittwerk_core.events;
select is(pg_temp.kept(:'salon'), '11 made, 0 dropped', 'the upkeep makes them');
select is(pg_temp.months(t.name), t.months, 'of ' || t.name)
from (
  values
    (1, 'schnittwerk_core.audit'::regclass, '2027_01 2027_02 2027_03'),
    (2, 'schnittwerk_core.audit_personal', '2027_01 2027_02 2027_03'),
    (3, 'schnittwerk_core.events', '2026_12 2027_01 2027_02 2027_03'),
    (4, 'schnittwerk_core.event_delivery', '2026_12 2027_01 2027_02 2027_03'),
    (5, 'schnittwerk_core.refusal', '2026_12 2027_01 2027_02 2027_03')
) t (n, name, months)
order by t.n;
select is(pg_temp.kept(:'salon'), '0 made, 0 dropped', 'once');
select is(
  (select count(*) from schnittwerk_core.audit_default),
  (select count(*) from schnittwerk_core.audit), 'what has been there stays where it is');

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
  (select string_agg(a.tableoid::regclass || ' ' || a.after::text, ', ' order by a.number)
   from schnittwerk_core.audit a where a.row_key ->> 'policy_key' = 'max_reschedules'
     and a.action = 'update'),
  'schnittwerk_core.audit_2027_01 {"policy_value": 2}', 'a row lies in its month');
select is(
  (select count(*) from schnittwerk_core.audit_default where row_key ->> 'policy_key' is not null),
  1::bigint, 'one of a month that has none in the default partition');
select is(t.rows, 1::bigint, t.name || ': its own')
from (
  values
    ('audit_personal', (select count(*) from schnittwerk_core.audit_personal_2027_01)),
    ('event', (select count(*) from schnittwerk_core.events_2027_01
      where type = 'appointment.created')),
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
  $$, 'row security is on, the owner the same');
select is_empty(
  $$
    select c.oid::regclass, a.attname from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
    where c.relispartition and c.relnamespace = 'schnittwerk_core'::regnamespace
      and c.relkind = 'r'
      and (obj_description(c.oid) is null or col_description(c.oid, a.attnum) is null)
  $$, 'they have comments');
select is_empty(
  $$
    select i.inhrelid::regclass from pg_inherits i
    join pg_class p on p.oid = i.inhparent and p.relkind = 'p'
    where (select count(*) from pg_index x where x.indrelid = i.inhrelid)
      <> (select count(*) from pg_index x where x.indrelid = i.inhparent)
  $$, 'they have the indexes');
select throws_ok(s.statement, '23001', null, s.statement)
from unnest(array[
  'update schnittwerk_core.audit_2027_01 set role = ''nobody''',
  'delete from schnittwerk_core.audit_2027_01',
  'truncate schnittwerk_core.audit_2027_01 cascade',
  'update schnittwerk_core.audit_personal_2027_01 set reason = ''x''',
  'delete from schnittwerk_core.audit_personal_2027_01',
  'truncate schnittwerk_core.audit_personal_2027_01',
  'truncate schnittwerk_core.audit_personal_default'
]) s (statement);
select throws_ok(
  'delete from schnittwerk_core.audit_2027_01', '23001',
  'DELETE of audit is refused: the audit trail cannot be changed', 'a partition is the trail');
select is_empty(
  $$
    select g.tgrelid::regclass, g.tgname from pg_trigger g
    where not g.tgisinternal and g.tgenabled <> 'A' and pg_partition_root(g.tgrelid)
        in ('schnittwerk_core.audit'::regclass, 'schnittwerk_core.audit_personal')
      and g.tgname not in ('audit_is_of_now', 'audit_personal_is_not_added_to')
  $$, 'whatever a session switches off');

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
  (select a.tableoid::regclass from schnittwerk_core.audit a order by a.number desc limit 1),
  'schnittwerk_core.audit_default'::regclass, 'a row whose month has no partition has its place');
select schnittwerk.set_policy('retention_operations_days', '120', p_salon_id => :'second')
  \g /dev/null
insert into schnittwerk_core.event_consumer (salon_id, name)
values (:'salon', 'reader'), (:'salon', 'other'), (:'second', 'reader');
update schnittwerk_core.event_delivery set status = 'parked';
select is(
  pg_temp.kept(:'salon'), '10 made, 3 dropped', 'then those to come are made, without its month');
select is(
  pg_temp.months('schnittwerk_core.refusal'), '2027_02 2027_06 2027_07 2027_08 2027_09',
  'months go of which no salon keeps a row; one that is over for most does not');
select is(
  pg_temp.months('schnittwerk_core.events'),
  '2026_12 2027_01 2027_02 2027_03 2027_07 2027_08 2027_09',
  'events that somebody has yet to read stay');

select schnittwerk.set_policy('retention_operations_days', '90', p_salon_id => :'second')
  \g /dev/null
update schnittwerk_core.event_consumer
set passed = format('%1$s:%1$s:', pg_current_xact_id()::text::bigint + 1)::pg_snapshot
where salon_id = :'salon' and name = 'reader';
select is(pg_temp.kept(:'salon'), '0 made, 1 dropped', 'refusals of no salon keep no month');
update schnittwerk_core.event_consumer
set passed = format('%1$s:%1$s:', pg_current_xact_id()::text::bigint + 1)::pg_snapshot
where salon_id = :'salon';
select is(pg_temp.kept(:'salon'), '0 made, 1 dropped', 'a month that all have read goes');
select is(
  pg_temp.months('schnittwerk_core.events'),
  '2027_01 2027_02 2027_03 2027_07 2027_08 2027_09', 'but for what is parked, or another salon''s');
update schnittwerk_core.event_delivery set status = 'delivered';
select is(
  pg_temp.kept(:'second'), '0 made, 1 dropped', 'what is delivered goes, whichever salon keeps up');
select is(
  pg_temp.months('schnittwerk_core.event_delivery'), '2027_02 2027_03 2027_07 2027_08 2027_09',
  'with its deliveries');

select is(
  pg_temp.months('schnittwerk_core.audit'), '2027_01 2027_02 2027_03 2027_07 2027_08 2027_09',
  'the trail is kept for ever');
select schnittwerk.set_policy('retention_audit_days', '90', p_salon_id => :'salon') \g /dev/null
select is(pg_temp.kept(:'salon'), '0 made, 1 dropped', 'unless the policy says otherwise');
select is(
  pg_temp.months('schnittwerk_core.audit_personal'), '2027_02 2027_03 2027_07 2027_08 2027_09',
  'also personal values; another salon''s month stays');
select schnittwerk.apply_retention(p_salon_id => :'salon') \g /dev/null
select is(
  (select array_agg(distinct a.salon_id) from schnittwerk_core.audit_2027_02 a),
  array[:'second'::uuid], 'of which those rows are deleted that are not kept');
select schnittwerk.set_policy('retention_audit_days', '90', p_salon_id => :'second') \g /dev/null
select is(pg_temp.kept(:'salon'), '0 made, 1 dropped', 'until it keeps none either');
select is(
  (select min(a.occurred_at) >= '2027-03-12 09:00+01' from schnittwerk_core.audit a
   where a.salon_id = :'salon'), true, 'what lies in the default partition is deleted as ever');

select * from finish();
rollback;
