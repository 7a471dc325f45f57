-- The first checks, in their order, of everything that changes or shows an appointment or an entry.
begin;
select plan(57);
\ir ../fixture.psql
\ir ../refused.psql
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select schnittwerk.create_booking(
    '1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben', p_salon_id => :'salon')
    #>> '{appointment,id}' as appointment,
  schnittwerk.join_waitlist(
    '1', :'carla', :'haircut', '2026-12-01', '2026-12-10', p_salon_id => :'salon')
    #>> '{waitlist_entry,id}' as entry,
  schnittwerk.hold_slot(
    '1', :'haircut', '2026-12-03 14:00+01', :'ben', :'carla', p_salon_id => :'salon')
    #>> '{hold,id}' as hold \gset

create temporary table call as
select
  name, is_read,
  format('select %s schnittwerk.%s(%s%%s)%s',
    case when name = 'list_waitlist' then 'count(*) from' end, name, arguments,
    case when name = 'list_waitlist' then '' else ' as answer' end) as call
from (
  values
    ('appointment_policies', true, format('%L, ', :'appointment')),
    ('get_appointment', true, format('%L, ', :'appointment')),
    ('list_waitlist', true, ''),
    ('cancel_booking', false, format('%L, %L, ', 'k', :'appointment')),
    ('reschedule_booking', false,
      format('%L, %L, %L, ', 'k', :'appointment', '2026-12-04 10:00+01')),
    ('confirm_booking', false, format('%L, %L, ', 'k', :'appointment')),
    ('complete_booking', false, format('%L, %L, ', 'k', :'appointment')),
    ('mark_no_show', false, format('%L, %L, ', 'k', :'appointment')),
    ('waive_fee', false, format('%L, %L, %L, ', 'k', :'appointment', 'a favour')),
    ('join_waitlist', false, format(
      '%L, %L, %L, %L, %L, ', 'k', :'carla', :'haircut', '2026-12-01', '2026-12-10')),
    ('update_waitlist_entry', false, format('%L, %L, %L, ', 'k', :'entry', '{}')),
    ('leave_waitlist', false, format('%L, %L, ', 'k', :'entry')),
    ('accept_waitlist_offer', false, format('%L, %L, ', 'k', :'entry')),
    ('decline_waitlist_offer', false, format('%L, %L, ', 'k', :'entry')),
    ('hold_slot', false, format('%L, %L, %L, ', 'k', :'haircut', '2026-12-04 10:00+01')),
    ('release_hold', false, format('%L, %L, ', 'k', :'hold')),
    ('process_waitlist', false, '')
) t (name, is_read, arguments);
grant all on call to public;

-- How a call is refused in a salon, whether by raising or by its answer.
create function pg_temp.outcome(p_call text, p_is_read boolean, p_salon_id uuid)
returns text
language plpgsql
as $$
declare
  v_call constant text := format(p_call, format('p_salon_id => %L', p_salon_id));
  v_answer jsonb;
begin
  if p_is_read then
    return pg_temp.refused(v_call);
  end if;
  execute v_call into v_answer;
  return pg_temp.refusal(v_answer);
end
$$;

select is(
  pg_temp.outcome(call, is_read, null), '400 salon_required', name ||
    ' requires the salon where there are several')
from call;
select is(
  pg_temp.outcome(call, is_read, gen_random_uuid()), '404 not_found', name ||
    ' does not find an unknown salon')
from call;
select is(
  pg_temp.outcome(call, is_read, :'other'), '404 not_found',
  name || ' does not find what belongs to another salon')
from call
where name not in ('list_waitlist', 'process_waitlist');

select pg_temp.become_user(:'stranger_user') \g /dev/null
select is(
  (select string_agg(name, ' ' order by name) from call
    where pg_temp.outcome(call, is_read, :'salon') is distinct from '403 forbidden'),
  null, 'a user without a profile in the salon may do nothing'
);
select is(
  (select string_agg(name, ' ' order by name) from call
    where pg_temp.outcome(call, is_read, null) is distinct from '400 salon_required'),
  null, 'a missing salon is refused before the role is checked'
);
select pg_temp.become_anonymous() \g /dev/null
select is(
  (select string_agg(name, ' ' order by name) from call
    where pg_temp.outcome(call, is_read, :'salon') is distinct from '401 not_authenticated'),
  null, 'an anonymous caller is asked to sign in'
);
select is(
  (select string_agg(name, ' ' order by name) from call
    where pg_temp.outcome(call, is_read, null) is distinct from '401 not_authenticated'),
  null, 'an anonymous caller is refused before a missing salon'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  (select count(*) from schnittwerk_core.booking_operations where idempotency_key = 'k'), 0::bigint,
  'no refused call is stored under its key'
);
select is(
  (select string_agg(distinct h.action, ' ') from schnittwerk_core.appointment_history h),
  'created', 'refused calls change no appointment'
);
select is(
  (select string_agg(distinct w.status, ' ') from schnittwerk_core.waitlist w), 'active',
  'refused calls change no waitlist entry'
);
select is(
  (select count(*)::int from call), 17, 'all seventeen calls are tried');

select * from finish();
rollback;
