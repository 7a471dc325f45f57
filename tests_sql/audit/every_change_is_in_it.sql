-- Who did what to which row, with what was before and after, whoever writes.
begin;
select plan(24);
\ir ../fixture.psql

-- The entries since the last call: 'update booking_policies admin …0001: {"policy_value": 3} ->
-- {"policy_value": 5}'.
create temporary table seen (n bigint);
insert into seen select max(number) from schnittwerk_core.audit;
grant all on seen to public;
create function pg_temp.trail()
returns setof text
language plpgsql
as $$
begin
  return query
  select concat_ws(' ', a.action, a.table_name, a.role, '…' || right(a.user_id::text, 4))
    || ': ' || concat_ws(' -> ',
      a.before || coalesce(p.before, '{}'), a.after || coalesce(p.after, '{}'))
  from schnittwerk_core.audit a
  left join schnittwerk_core.journal_personal p on p.salon_id = a.salon_id and p.journal_id = a.id
  where a.number > (select max(n) from seen)
  order by a.number;
  insert into seen select max(number) from schnittwerk_core.audit;
end
$$;

create function pg_temp.journal_triggers()
returns table (table_name text, arguments text[])
language sql
as $$
  select t.relname, string_to_array(encode(g.tgargs, 'escape'), '\000')
  from pg_trigger g
  join pg_class t on t.oid = g.tgrelid
  where g.tgfoid = 'schnittwerk_core.record_change'::regproc
$$;
select is_empty(
  $$
    select t.relname from pg_class t
    where t.relnamespace = 'schnittwerk_core'::regnamespace and t.relkind in ('r', 'p')
      and not t.relispartition and t.relname <> all ('{
        journal, journal_personal, published_kind, personal_column, error_code, policy_definition,
        status_transition, resource, occupancy, booking_operations, refusal, rate_usage, freed_time,
        customer_turn, salon_state, salon_week, salon_zone, staff_week, event_consumer,
        event_delivery, appointment_reminder
      }')
      and not exists (
        select from pg_trigger g
        where g.tgrelid = t.oid and g.tgtype & 28 = 28 -- insert, delete and update
          and g.tgfoid = 'schnittwerk_core.record_change'::regproc
      )
  $$,
  'every table that people change has a journal trigger'
);
select is_empty(
  $$
    select g.table_name, g.arguments
    from pg_temp.journal_triggers() g
    where not exists (
      select from pg_constraint c
      where c.conrelid = ('schnittwerk_core.' || g.table_name)::regclass and c.contype = 'p' and (
        select array_agg(a.attname::text order by k.n)
        from unnest(c.conkey) with ordinality k (attnum, n)
        join pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.attnum
        where a.attname <> 'salon_id'
      ) = g.arguments[2]::text[]
    ) or g.arguments[1] <> g.table_name
  $$, 'each journal trigger names its table and primary key'
);
select is_empty(
  $$
    select g.table_name, g.arguments
    from pg_temp.journal_triggers() g
    where g.arguments[3]::text[] is distinct from array(
      select p.column_name from schnittwerk_core.personal_column p
      where p.table_name = g.table_name order by p.column_name
    )
  $$, 'each journal trigger names the personal columns of its table'
);

select pg_temp.become_user(:'admin_user') \g /dev/null
select set_config('request.headers', '{"x-correlation-id": "c-1"}', true) \g /dev/null
select schnittwerk.set_policy('max_reschedules', '5') ->> 'correlation_id' as correlation \gset
select schnittwerk.set_policy('max_reschedules', '6'),
  schnittwerk.set_policy('max_reschedules', '6') \g /dev/null
select pg_temp.become_superuser() \g /dev/null
select results_eq('select pg_temp.trail()', array[
  'insert booking_policies admin …0001: ' || jsonb_build_object('salon_id', :'salon', 'is_active',
    true, 'policy_key', 'max_reschedules', 'policy_value', 5)::text,
  'update booking_policies admin …0001: {"policy_value": 5} -> {"policy_value": 6}'
], 'a policy that is set and changed is in the audit, a repetition is not');
select results_eq(
  $$select distinct login, correlation_id, row_key, occurred_at, is_override
    from schnittwerk_core.audit where table_name = 'booking_policies'
    and number > (select min(n) from seen)$$,
  $$values ('authenticator', 'c-1', '{"policy_key": "max_reschedules"}'::jsonb,
    schnittwerk_core.clock(), false)$$,
  'an audit entry tells login, correlation id, row and time'
);
select is(:'correlation'::text, 'c-1',
  'the answer has the correlation id of the request''s header');
select set_config('request.headers', '', true) \g /dev/null
select schnittwerk.set_policy('max_reschedules', '7') ->> 'correlation_id' as correlation \gset
select is(
  (select correlation_id from schnittwerk_core.audit order by number desc limit 1), :'correlation',
  'a generated correlation id is in both the answer and the audit'
);
select pg_temp.trail() \g /dev/null

select pg_temp.become_user(:'receptionist_user') \g /dev/null
select schnittwerk.save_customer('Carla B.', 'carla@example.com', null, :'carla_user', 'tall',
  :'carla', '{p_phone}') \g /dev/null
select pg_temp.become_superuser() \g /dev/null
select results_eq('select pg_temp.trail()', array[
  'update customers receptionist …0002: {"phone": "+41 44 111 11 11", "full_name": "Carla"}'
  || ' -> {"notes": "tall", "full_name": "Carla B."}'
], 'a changed customer is in the audit with the values before and after');
select is(
  (select array[a.before, a.after, to_jsonb(p.subject_id)] from schnittwerk_core.audit a
   join schnittwerk_core.journal_personal p on p.salon_id = a.salon_id and p.journal_id = a.id
   where a.table_name = 'customers' and a.action = 'update'),
  array['{}', '{}', to_jsonb(:'carla'::uuid)]::jsonb[],
  'a customer''s values are only in journal_personal'
);

select pg_temp.become_user(:'anna_user') \g /dev/null
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben',
  'quiet please', p_override_reason => 'a favour') #>> '{appointment,id}' as appointment \gset
select pg_temp.become_superuser() \g /dev/null
select is(
  (select j.operation_id from schnittwerk_core.journal j
   where j.table_name = 'appointments' and j.subject_id = :'appointment'),
  (select o.id from schnittwerk_core.booking_operations o where o.idempotency_key = '1'),
  'the journal entry of a booking names its operation');
select pg_temp.become_user(:'anna_user') \g /dev/null
select schnittwerk.join_waitlist('2', :'dora', :'haircut', '2026-12-01', '2026-12-03')
  #>> '{waitlist_entry,id}' as entry \gset
select pg_temp.become_user(:'carla_user') \g /dev/null
select schnittwerk.cancel_booking('3', :'appointment', 'too early for me') ->> 'success' as x \gset
select pg_temp.become_superuser() \g /dev/null
select matches(t.n || ' ' || t.line, e.line, e.name)
from pg_temp.trail() with ordinality t (line, n)
left join (
  values
    (1, '1 insert appointments staff …0003: .*"notes": "quiet please"',
      'a booking is in the audit with its notes'),
    (2, '2 insert waitlist staff …0003', 'a new waitlist entry is in the audit'),
    (3, '3 update appointments customer …0004: {"status": "pending", "cancelled_at": null} -> '
      || '{"status": "cancelled", "cancelled_at": "2026-12-01T07:00:00\+00:00", '
      || '"cancellation_reason": "too early for me"}',
      'a cancellation is in the audit, with its time in UTC'),
    (4, '4 update waitlist customer …0004: {"status": "active"} -> {"status": "notified"}',
      'the waitlist entry that a cancellation notifies is in the audit')
) e (n, line, name) on e.n = t.n;
select results_eq(
  format($$
    select a.table_name, a.action, a.is_override, p.reason, p.override_reason
    from schnittwerk_core.audit a
    left join schnittwerk_core.journal_personal p on p.salon_id = a.salon_id and p.journal_id = a.id
    where a.table_name in ('appointments', 'waitlist') order by a.number$$),
  $$values ('appointments', 'insert', true, null, 'a favour'),
    ('waitlist', 'insert', false, null, null),
    ('appointments', 'update', false, 'too early for me', null),
    ('waitlist', 'update', false, null, null)$$,
  'reasons of overrides and cancellations are kept with the appointment only'
);
select is(
  (select count(*) from schnittwerk_core.journal_personal p
   where p.subject_id = :'dora' and not coalesce(p.after ? 'full_name', false)), 0::bigint,
  'the journal of a notified customer holds nothing of who cancelled'
);

select pg_temp.become_user(:'admin_user') \g /dev/null
select schnittwerk.set_staff_availability(:'ben', jsonb_build_array(jsonb_build_object(
  'day_of_week', 2, 'start_time', '08:00', 'end_time', '12:00'))),
  schnittwerk.add_time_off(:'ben', '2026-12-08', p_type => 'sick leave') \g /dev/null
select pg_temp.become_superuser() \g /dev/null
select is(
  (select jsonb_object_agg(k.key, k.n) from (
    select split_part(t, ' ', 1) || ' ' || split_part(t, ' ', 2) as key, count(*) as n
    from pg_temp.trail() t group by 1) k),
  '{"delete staff_availability": 6, "insert staff_availability": 1, "insert staff_timeoff": 1,
    "update waitlist": 1}',
  'the audit has all replaced rows and the entry whose offer is withdrawn'
);
select is(
  (select (p.after, p.subject_id)::text from schnittwerk_core.journal_personal p
   where p.after ? 'type'), ('{"type": "sick leave"}'::jsonb, :'ben'::uuid)::text,
  'the type of time off is personal to the member of staff'
);

-- by hand, and after the API within one transaction
select schnittwerk.set_policy('max_reschedules', '2') \g /dev/null
select pg_temp.trail() \g /dev/null
select set_config('schnittwerk.actor', '{"role": "admin", "user_id": "no uuid"}', true) \g /dev/null
select schnittwerk.set_policy('max_reschedules', '1') \g /dev/null
update schnittwerk_core.services set base_price = 80 where id = :'haircut';
delete from schnittwerk_core.staff_services where staff_id = :'ben';
select matches(t.line, e.line, e.name)
from pg_temp.trail() with ordinality t (line, n)
left join (
  values
    (1, '^update booking_policies service:', 'a forged schnittwerk.actor is ignored in the audit'),
    (2, '^update services owner: {"base_price": 75.00} -> {"base_price": 80.00}$',
      'direct SQL after a call is in the audit as the owner''s'),
    (3, '^delete staff_services owner: {.*"service_id":.*}$',
      'a deletion is in the audit with the deleted row')
) e (n, line, name) on e.n = t.n;
update schnittwerk_core.staff set calendar_version = calendar_version + 1;
select is_empty('select pg_temp.trail()', 'a change of a counter alone is not in the audit');
set local timezone = 'Asia/Tokyo';
update schnittwerk_core.appointments set cancelled_at = '2026-12-01 08:30+01';
select is(
  (select after ->> 'cancelled_at' from schnittwerk_core.audit order by number desc limit 1),
  '2026-12-01T07:30:00+00:00', 'times in the audit are UTC whatever the session''s time zone'
);
select is(
  (select count(*) from schnittwerk_core.audit where salon_id <> :'salon'), 0::bigint,
  'every audit entry belongs to the salon'
);

select * from finish();
rollback;
