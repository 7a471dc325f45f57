begin;
select plan(17);
\ir ../fixture.psql
\ir ../clock.psql
-- where it is yesterday when it is midnight in Zurich
set local timezone = 'Pacific/Honolulu';
select is(
  pg_temp.who_may('select schnittwerk.apply_retention()'), 'service', 'for the service');
select is(
  pg_temp.refusal(schnittwerk.apply_retention(null)), '400 invalid_input: p_is_dry_run',
  'really, or not');
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
select is(pg_temp.retention(), :'nothing', 'nothing is old');

select pg_temp.now_is('2026-12-12 11:15+01') \g /dev/null
select is(pg_temp.retention(false), :'nothing', 'what no policy limits is kept for ever');
select pg_temp.set_days('notes', 10) \g /dev/null
select pg_temp.now_is('2026-12-14 00:00+01') \g /dev/null
select is(pg_temp.retention() -> 'notes', '1', 'an entry that says it waits still does');
select schnittwerk.process_waitlist() \g /dev/null
select is(pg_temp.retention() -> 'notes', '2', 'free text of what has been over for ten days');
select is(
  (select notes from schnittwerk_core.appointments where id = :'appointment'), 'quiet',
  'a dry run deletes nothing');
select is(pg_temp.retention(false) -> 'notes', '2', 'then it does');
select is(
  (select string_agg(notes, ' ') from schnittwerk_core.appointments), 'later',
  'what is ahead keeps its own');
select is(
  (select count(*) from schnittwerk_core.waitlist where notes is not null), 0::bigint,
  'the waitlist''s, too');
select is(
  (select count(*) from schnittwerk_core.appointment_history where override_reason is not null)
  + (select count(*) from schnittwerk_core.journal_personal p
     where p.override_reason is not null or p.after ->> 'notes' in ('quiet', 'please')
       or p.before ->> 'notes' is not null), 0::bigint, 'in history and trail as well');
select is(pg_temp.retention(false) -> 'notes', '0', 'once');

select pg_temp.set_days('customers', 10) \g /dev/null
select is(pg_temp.retention(false) -> 'customers', '1', 'a customer who has not been there since');
select is(
  (select array_agg(full_name order by full_name) from schnittwerk_core.customers),
  '{Dora,Erased customer}', 'who has an appointment to come stays');

select pg_temp.now_is('2026-12-31 08:00:01+01') \g /dev/null
select is(pg_temp.retention() -> 'operations', '3', 'keys after thirty days');
select pg_temp.set_days('operations', 31), pg_temp.set_days('events', 10),
  pg_temp.set_days('audit', 90) \g /dev/null
select is(pg_temp.retention() -> 'operations', '0', 'or as long as the policy says');
select pg_temp.now_is('2027-03-02 08:00+01') \g /dev/null
select cmp_ok(
  (pg_temp.retention(false) ->> 'audit')::int, '>', 10, 'the trail goes when a policy says so');

select * from finish();
rollback;
