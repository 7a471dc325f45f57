begin;
select plan(53);
\ir ../fixture.psql
-- what is put off is in the way of a truncate
set constraints all immediate;
select nspowner::regrole as owner from pg_namespace where nspname = 'schnittwerk_core' \gset
select schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-02 10:00+01', :'ben',
  'quiet', p_override_reason => 'a favour') \g /dev/null
select id as old from schnittwerk_core.audit order by number limit 1 \gset
set local role :"owner";

select throws_ok(statement, '23001', null, who || ' cannot ' || statement)
from (values ('the owner')) w (who)
cross join unnest(array[
  'update schnittwerk_core.journal set role = ''nobody''',
  'delete from schnittwerk_core.journal',
  'truncate schnittwerk_core.journal cascade',
  'update schnittwerk_core.journal_personal set reason = ''x''',
  'delete from schnittwerk_core.journal_personal',
  'truncate schnittwerk_core.journal_personal'
]) statement;
reset role;
set local session_replication_role = replica;
select throws_ok(statement, '23001', null, 'a superuser without triggers cannot ' || statement)
from unnest(array[
  'update schnittwerk_core.journal set role = ''nobody''',
  'delete from schnittwerk_core.journal',
  'update schnittwerk_core.journal_personal set reason = ''x''',
  'delete from schnittwerk_core.journal_personal'
]) statement;
set local session_replication_role = origin;

select throws_ok(
  'delete from schnittwerk_core.journal', '23001',
  'DELETE of journal is refused: the journal cannot be changed',
  'the error says that the journal cannot be changed');

-- nor can anything be put into it that was not
select id as entry from schnittwerk_core.audit where table_name = 'services' limit 1 \gset
\ir ../clock.psql
select pg_temp.now_is('2026-12-01 08:01+01') \g /dev/null
select throws_ok(
  format('insert into schnittwerk_core.journal_personal (salon_id, journal_id, reason)
    values (%L, %L, ''forged'')', :'salon', :'entry'), '23503', null,
  'values cannot be added to an old journal entry');
select throws_ok(
  format('insert into schnittwerk_core.journal_personal (salon_id, occurred_at, journal_id, reason)
    values (%L, ''2026-12-01 08:00+01'', %L, ''forged'')', :'salon', :'entry'), '23001', null,
  'values cannot be added to an old journal entry with its own time');
insert into schnittwerk_core.journal (
  salon_id, occurred_at, table_name, row_key, subject_id, kind, role, login
)
values (:'salon', '2026-11-01', 'salon', '{}', :'salon', 'updated', 'admin', 'somebody');
select is(
  (select (occurred_at, login)::text from schnittwerk_core.audit order by number desc limit 1),
  (schnittwerk_core.clock(), session_user)::text,
    'an inserted journal entry gets the current time and login');
select throws_ok(
  format('truncate schnittwerk_core.%s cascade', t.relname), '23001', null,
  t.relname || ' cannot be truncated past the journal')
from pg_trigger g join pg_class t on t.oid = g.tgrelid
where g.tgfoid = 'schnittwerk_core.record_change'::regproc and g.tgtype & 1 = 1 order by t.relname;

-- personal values go with an entry that tells so, in the same statement
select journal_id as later from schnittwerk_core.journal_personal where subject_id = :'dora'
  and override_reason is null \gset
create function pg_temp.deletion_of(p_customer_id uuid) returns text language sql as $$
  select format(
    'delete from schnittwerk_core.journal_personal where subject_id = %L returning 1', p_customer_id)
$$;
select throws_ok(
  pg_temp.deletion_of(:'carla'), '23001',
  'DELETE of journal_personal is refused: the journal cannot be changed',
  'personal values cannot be deleted without a trace');
select schnittwerk_core.record_erasure(:'salon', 'customers', array[:'carla', :'dora']::uuid[])
  \g /dev/null
select isnt_empty(pg_temp.deletion_of(:'carla'),
  'personal values can be deleted with a recorded erasure');
select pg_temp.now_is('2026-12-01 08:01:01+01') \g /dev/null
select throws_ok(pg_temp.deletion_of(:'dora'), '23001', null,
  'personal values cannot be deleted later than their recorded erasure');

-- retention: what is over may go, and nothing else
select pg_temp.now_is('2026-12-01 08:00+01'),
  schnittwerk.set_policy('retention_audit_days', '90') \g /dev/null
select pg_temp.now_is('2027-03-01 08:00+01') \g /dev/null
select throws_ok(
  'delete from schnittwerk_core.journal', '23001', null,
  'journal entries exactly 90 days old cannot be deleted');
select pg_temp.now_is('2027-03-01 08:00:01+01') \g /dev/null
select isnt_empty(
  format('delete from schnittwerk_core.journal where id = %L returning 1', :'old'),
  'journal entries older than 90 days can be deleted');
select isnt_empty(
  format('delete from schnittwerk_core.journal_personal where journal_id = %L returning 1', :'later'),
  'personal values older than 90 days can be deleted without their entry');

-- the history of an appointment stays, with its reasons, as long as the appointment does
create function pg_temp.deletion_of_history() returns text language sql as $$
  select 'delete from schnittwerk_core.journal where table_name = ''appointments'' '
    || 'and kind = ''created'' returning 1'
$$;
select throws_ok(
  pg_temp.deletion_of_history(), '23001', null, 'the history of an appointment cannot be deleted');
select throws_ok(
  'update schnittwerk_core.journal_personal set override_reason = null, before = null, after = null',
  '23001', null, 'reasons in the history of an appointment cannot be emptied');
select lives_ok(
  format('update schnittwerk_core.journal_personal set before = null, after = null
    where subject_id = %L and override_reason is not null', :'dora'),
  'values in the history of an appointment can be emptied after retention');
select pg_temp.now_is('2027-03-01 08:00+01') \g /dev/null
select throws_ok(
  'update schnittwerk_core.journal_personal set before = null, after = null', '23001', null,
  'values in the history of an appointment cannot be emptied within retention');
select pg_temp.now_is('2027-03-01 08:00:01+01') \g /dev/null
delete from schnittwerk_core.appointments;
select isnt_empty(
  pg_temp.deletion_of_history(), 'the history of a deleted appointment can be deleted');
select throws_ok(
  'delete from schnittwerk_core.journal where kind = ''deleted'' and table_name = ''appointments''',
  '23001', null, 'the entry of an appointment''s deletion is kept for 90 days');
select schnittwerk.set_policy('retention_audit_days', '90', false) \g /dev/null
select throws_ok(
  'delete from schnittwerk_core.journal', '23001', null,
  'an inactive retention policy permits no deletion');
select isnt_empty(
  $$select from schnittwerk_core.audit
    where table_name = 'booking_policies' and row_key ->> 'policy_key' = 'retention_audit_days'$$,
  'setting the retention policy is in the audit');
select is(
  (select count(*) from pg_trigger g join pg_class c on c.oid = g.tgrelid
   where c.relname in ('journal', 'journal_personal') and not g.tgisinternal and g.tgenabled <> 'A'
     and g.tgname not in ('journal_is_of_now', 'journal_personal_is_not_added_to')), 0::bigint,
  'journal triggers fire whatever session_replication_role is');

select * from finish();
rollback;
