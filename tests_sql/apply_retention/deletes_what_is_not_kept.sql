begin;
select plan(17);
\ir ../fixture.psql
\ir ../clock.psql
-- where it is yesterday when it is midnight in Zurich
set local timezone = 'Pacific/Honolulu';
select is(
  pg_temp.who_may('select schnittwerk.apply_retention()'), 'service',
  'only the service may apply retention');
select is(
  pg_temp.refusal(schnittwerk.apply_retention(null)), '400 invalid_input: p_is_dry_run',
  'p_is_dry_run may not be null');
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben', 'quiet',
    p_override_reason => 'a favour') #>> '{appointment,id}' as appointment,
  schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-21 10:00+01', :'ben', 'later')
\gset
select schnittwerk.join_waitlist('3', :'carla', :'color', '2026-12-02', '2026-12-03',
  p_notes => 'please') \g /dev/null
-- operations bear the wall clock
update schnittwerk_core.booking_operations set created_at = schnittwerk_core.clock();

create function pg_temp.retention(p_is_dry_run boolean default true)
returns jsonb
language sql
as $$ select schnittwerk.apply_retention(p_is_dry_run) -> 'retention' $$;
create function pg_temp.set_days(p_what text, p_days int)
returns text
language sql
as $$
  select schnittwerk.set_policy('retention_' || p_what || '_days', to_jsonb(p_days)) ->> 'success'
$$;
\set nothing '{"operations": 0, "refusals": 0, "events": 0, "customers": 0, "notes": 0, "audit": 0}'
select is(pg_temp.retention(), :'nothing', 'in a new salon there is nothing to delete');

select pg_temp.now_is('2026-12-12 11:15+01') \g /dev/null
select is(pg_temp.retention(false), :'nothing', 'data without a retention policy is kept');
select pg_temp.set_days('notes', 10) \g /dev/null
select pg_temp.now_is('2026-12-14 00:00+01') \g /dev/null
select is(pg_temp.retention() -> 'notes', '1', 'the notes of an active waitlist entry are kept');
select schnittwerk.process_waitlist() \g /dev/null
select is(pg_temp.retention() -> 'notes', '2', 'the notes of what ended ten days ago are due');
select is(
  (select notes from schnittwerk_core.appointments where id = :'appointment'), 'quiet',
  'a dry run deletes nothing');
select is(pg_temp.retention(false) -> 'notes', '2', 'a real run counts the notes that it deletes');
select is(
  (select string_agg(notes, ' ') from schnittwerk_core.appointments), 'later',
  'an appointment to come keeps its notes');
select is(
  (select count(*) from schnittwerk_core.waitlist where notes is not null), 0::bigint,
  'expired waitlist entries lose their notes');
select is(
  (select count(*) from schnittwerk_core.appointment_history where override_reason is not null)
  + (select count(*) from schnittwerk_core.journal_personal p
     where p.override_reason is not null or p.after ->> 'notes' in ('quiet', 'please')
       or p.before ->> 'notes' is not null), 0::bigint,
  'notes and reasons are deleted from history and journal');
select is(pg_temp.retention(false) -> 'notes', '0', 'a second run has no notes to delete');

select pg_temp.set_days('customers', 10) \g /dev/null
select is(pg_temp.retention(false) -> 'customers', '1',
  'a customer without a visit for ten days is erased');
select is(
  (select array_agg(full_name order by full_name) from schnittwerk_core.customers),
  '{Dora,Erased customer}', 'a customer with an appointment to come is not erased');

select pg_temp.now_is('2026-12-31 08:00:01+01') \g /dev/null
select is(pg_temp.retention() -> 'operations', '3',
  'operations are due after thirty days by default');
select pg_temp.set_days('operations', 31), pg_temp.set_days('events', 10),
  pg_temp.set_days('audit', 90) \g /dev/null
select is(pg_temp.retention() -> 'operations', '0',
  'operations are kept as long as the policy says');
select pg_temp.now_is('2027-03-02 08:00+01') \g /dev/null
select cmp_ok(
  (pg_temp.retention(false) ->> 'audit')::int, '>', 10,
    'journal entries are deleted once past retention_audit_days');

select * from finish();
rollback;
