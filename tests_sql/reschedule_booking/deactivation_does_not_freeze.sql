-- What was deactivated since does not keep an appointment from moving with the staff it has; with
-- others the usual rule holds. appointment_policies, find_slots and explain_slot agree.
begin;
select plan(12);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as id \gset

create function pg_temp.moved(p_id uuid, p_service_id uuid, p_staff_id uuid)
returns text
language plpgsql
as $$
declare
  v_listed boolean;
  v_explained text;
  v_answer jsonb;
begin
  v_listed := exists (
    select from schnittwerk.find_slots(
      p_service_id, '2026-12-03', p_staff_id => p_staff_id, p_appointment_id => p_id) s
    where s.starts_at = '2026-12-03 10:15+01');
  select coalesce(string_agg(e.code, ' '), 'done') into v_explained
  from schnittwerk.explain_slot(p_service_id, p_staff_id, '2026-12-03 10:15+01', p_id) e
  where not e.passed;
  v_answer := schnittwerk.reschedule_booking(
    gen_random_uuid()::text, p_id, '2026-12-03 10:15+01', p_staff_id);
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return format('%s, explained as %s, %s', coalesce(v_answer ->> 'code', 'done'), v_explained,
    case when v_listed then 'listed' else 'not listed' end);
end
$$;
create function pg_temp.moves(p_id uuid, p_service_id uuid, p_own uuid, p_other uuid)
returns text[]
language sql
as $$
  select array[
    pg_temp.moved(p_id, p_service_id, p_own), pg_temp.moved(p_id, p_service_id, p_other),
    schnittwerk.appointment_policies(p_id) ->> 'can_reschedule'
  ]
$$;
create temporary table told (who text, what text, moves text[]);
grant all on told to public;

insert into told select 'service', 'nothing', pg_temp.moves(:'id', :'haircut', :'anna', :'ben');
savepoint before;
select schnittwerk.set_staff_services(:'anna', '[]') \g /dev/null
insert into told select 'service', 'staff', pg_temp.moves(:'id', :'haircut', :'anna', :'ben');
select pg_temp.become_user(:'carla_user') \g /dev/null
insert into told select 'customer', 'staff', pg_temp.moves(:'id', :'haircut', :'anna', :'ben');
select is(
  (select array_agg(distinct s.staff_id) from schnittwerk.find_slots(
    :'haircut', '2026-12-03', p_appointment_id => :'id') s),
  (select array_agg(s order by s) from unnest(array[:'anna', :'ben']::uuid[]) s),
  'the appointment''s staff are listed beside those who perform the service'
);
select pg_temp.become_superuser() \g /dev/null
select schnittwerk.save_staff('Anna', p_is_active => false, p_id => :'anna') \g /dev/null
insert into told select 'service', 'inactive', pg_temp.moves(:'id', :'haircut', :'anna', :'ben');
select schnittwerk.save_service('Haircut', 60, 75, p_is_active => false, p_id => :'haircut')
  \g /dev/null
insert into told select 'service', 'all', pg_temp.moves(:'id', :'haircut', :'anna', :'ben');
select pg_temp.become_user(:'receptionist_user') \g /dev/null
insert into told select 'receptionist', 'all', pg_temp.moves(:'id', :'haircut', :'anna', :'ben');
select pg_temp.become_user(:'carla_user') \g /dev/null
insert into told select 'customer', 'all', pg_temp.moves(:'id', :'haircut', :'anna', :'ben');

select is(moves, array['done, explained as done, listed', other, 'true'],
  format('the %s can move an appointment whose %s', who, case what
    when 'staff' then 'staff no longer perform it'
    when 'inactive' then 'staff are inactive'
    else 'staff and service are inactive' end))
from told
cross join lateral (
  select case what when 'all' then 'service_not_offered, explained as service_not_offered, '
    'not listed' else 'done, explained as done, listed' end as other
) o
where what <> 'nothing';
select is(count(*)::int, 7, 'all seven moves are tried') from told;

select is(
  (select count(*)::int from schnittwerk.find_slots(:'haircut', '2026-12-03')), 0,
  'an inactive service has no slots for a new booking'
);
select is(
  schnittwerk.reschedule_booking('m', :'id', '2026-12-03 10:15+01') ->> 'success', 'true',
  'an appointment moved without named staff stays with its own'
);
select is(
  schnittwerk.reschedule_booking('n', :'id', '2026-12-03 10:30+01', :'anna') ->> 'success', 'true',
  'an appointment with inactive staff can move a second time'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  schnittwerk.get_appointment(:'id') ->> 'reschedule_count', '2',
  'each move with inactive staff is counted');
select * from finish();
rollback;
