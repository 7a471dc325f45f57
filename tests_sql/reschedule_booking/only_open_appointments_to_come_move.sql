begin;
select plan(11);
\ir ../fixture.psql
\ir ../clock.psql

-- How the attempt to move an appointment of a status is answered at some instant; undone.
create function pg_temp.tried(p_appointment_id uuid, p_status text, p_now timestamptz)
returns text
language plpgsql
as $$
declare
  v_answer jsonb;
begin
  perform pg_temp.now_is(p_now);
  if p_status in ('completed', 'no_show') then
    perform pg_temp.now_is('2026-12-03 10:00+01');
  end if;
  if p_status <> 'pending' then
    update schnittwerk_core.appointments
    set status = case p_status when 'completed' then 'confirmed' else p_status end
    where id = p_appointment_id;
    update schnittwerk_core.appointments set status = p_status where id = p_appointment_id;
  end if;
  perform pg_temp.now_is(p_now);
  v_answer := schnittwerk.reschedule_booking(
    'k', p_appointment_id, '2026-12-09 10:00+01', p_override_reason => 'please');
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return coalesce(v_answer ->> 'code' || ': ' || (v_answer ->> 'details'), 'done');
end
$$;
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset

select is(pg_temp.tried(:'id', status, now), answer,
  format('moving a %s appointment at %s: %s', status, now, answer))
from (
  values
    ('pending', timestamptz '2026-12-03 09:59:59+01', 'done'),
    ('confirmed', '2026-12-03 09:59:59+01', 'done'),
    ('pending', '2026-12-03 10:00+01', 'wrong_status: The appointment has begun'),
    ('confirmed', '2026-12-03 10:00+01', 'wrong_status: The appointment has begun'),
    ('confirmed', '2026-12-08 10:00+01', 'wrong_status: The appointment has begun'),
    ('cancelled', '2026-12-01 10:00+01', 'wrong_status: The appointment is cancelled'),
    ('completed', '2026-12-03 10:00+01', 'wrong_status: The appointment is completed'),
    ('no_show', '2026-12-03 10:00+01', 'wrong_status: The appointment is no show')
) t (status, now, answer);

select pg_temp.now_is('2026-12-01 08:00+01') \g /dev/null
select schnittwerk.confirm_booking('2', :'id'),
  schnittwerk.reschedule_booking('3', :'id', '2026-12-04 10:00+01') \g /dev/null
select is(
  (select status from schnittwerk_core.appointments), 'confirmed',
    'a confirmed appointment stays confirmed when it moves'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    '4', :'dora', :'haircut', '2026-12-03 10:00+01', :'ben')),
  null, 'the old time of a moved appointment can be booked'
);
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking('5', :'id', '2026-12-03 10:00+01')),
  '409 slot_conflict', 'an appointment cannot move back to a time that is taken now'
);

select * from finish();
rollback;
