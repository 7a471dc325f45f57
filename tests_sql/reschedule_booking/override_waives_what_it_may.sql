begin;
select plan(20);
\ir ../fixture.psql
\ir ../clock.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as id \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-04 10:00+01', :'ben'),
  schnittwerk.create_holiday('Feast', '2026-12-05'),
  schnittwerk.add_time_off(:'ben', '2026-12-07')
\g /dev/null
select schnittwerk.save_staff('Cora') #>> '{staff,id}' as cora \gset

-- 'done', the code of the refusal, or what is not valid; undone.
create function pg_temp.tried(
  p_id uuid, p_starts_at timestamptz, p_staff_id uuid, p_override_reason text default 'Wedding'
)
returns text
language plpgsql
as $$
declare
  v_answer jsonb;
begin
  v_answer := schnittwerk.reschedule_booking(
    gen_random_uuid()::text, p_id, p_starts_at, p_staff_id, null, p_override_reason);
  raise exception using errcode = 'UNDO0';
exception when sqlstate 'UNDO0' then
  return coalesce(pg_temp.refusal(v_answer), 'done');
end
$$;

-- past the deadline and the limit as well
update schnittwerk_core.appointments set reschedule_count = 3 where id = :'id';
select pg_temp.now_is('2026-12-03 09:00+01') \g /dev/null
select pg_temp.become_user(:'receptionist_user') \g /dev/null
select is(
  pg_temp.tried(:'id', start, :'ben'), 'done', 'an override waives deadline, limit and ' || what)
from (
  values
    ('the notice', timestamptz '2026-12-03 09:30+01'),
    ('the horizon', '2027-03-03 10:00+01'),
    ('a holiday', '2026-12-05 10:00+01'),
    ('a closed day', '2026-12-06 10:00+01'),
    ('opening hours', '2026-12-04 18:30+01'),
    ('time off', '2026-12-07 10:00+01')
) t (what, start);
select is(pg_temp.tried(:'id', start, staff), refusal, 'an override does not waive ' || what)
from (
  values
    ('an appointment', timestamptz '2026-12-04 10:30+01', :'ben'::uuid, '409 slot_conflict'),
    ('the buffer of another appointment', '2026-12-04 11:00+01', :'ben', '409 slot_conflict'),
    ('the appointment''s own buffer', '2026-12-04 09:00+01', :'ben', '409 slot_conflict'),
    ('that staff perform the service', '2026-12-04 14:00+01', :'cora', '400 service_not_offered')
) t (what, start, staff, refusal);
select is(
  pg_temp.tried(:'id', '2026-12-04 09:00+01', :'anna'), 'done',
  'an override moves an appointment to other staff who are free'
);
select is(
  pg_temp.tried(:'id', '2026-12-04 14:00+01', :'ben', reason),
  '400 invalid_input: p_override_reason', description
)
from (
  values
    ('', 'an empty override reason is refused'), ('  ', 'a blank override reason is refused'),
    (repeat('x', 2001), 'an override reason of 2001 characters is refused')
) t (reason, description);
select is(
  pg_temp.refusal(schnittwerk.cancel_booking('c', :'id', p_override_reason => reason)),
  '400 invalid_input: p_override_reason',
  format('cancelling with an override reason of %s characters is refused', length(reason))
)
from unnest(array['', ' ', repeat('x', 2001)]) reason;
select is(
  pg_temp.tried(:'id', '2026-12-04 14:00+01', :'ben', null), '400 reschedule_deadline_passed',
  'of deadline and limit the deadline is answered'
);

select schnittwerk.reschedule_booking(
  'o', :'id', '2026-12-04 14:00+01', p_override_reason => 'Wedding') \g /dev/null
select pg_temp.become_superuser() \g /dev/null
select results_eq(
  $$
    select caller, override_reason, status from schnittwerk_core.booking_operations
    where operation_type = 'reschedule' and idempotency_key = 'o'
  $$,
  format($$values (%L, 'Wedding', 'completed')$$, :'receptionist_user'),
  'the operation records who overrode and why'
);
select results_eq(
  $$
    select role, user_id, override_reason from schnittwerk_core.appointment_history
    where action = 'rescheduled'
  $$,
  format($$values ('receptionist', %L::uuid, 'Wedding')$$, :'receptionist_user'),
  'the history records who overrode and why'
);

select * from finish();
rollback;
