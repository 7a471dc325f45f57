-- Whatever takes open time away looks at all days up to the last appointment.
begin;
select plan(5);
\ir ../fixture.psql

create function pg_temp.outcome(p_days int, p_customer uuid, p_service uuid, p_staff uuid)
returns text
language sql
as $$
  select coalesce(pg_temp.refusal(schnittwerk.create_booking(
    'k' || p_days, p_customer, p_service,
    schnittwerk_core.clock() + make_interval(hours => 24 * p_days), p_staff,
    p_override_reason => 'jubilee')), 'booked')
$$;

select is(pg_temp.outcome(729, :'carla', :'haircut', :'ben'), 'booked',
  'an override books beyond the horizon, 729 days ahead');
select is(
  pg_temp.outcome(731, :'carla', :'haircut', :'ben'), '400 invalid_input: p_starts_at',
  'an override cannot book 731 days ahead'
);
select is(
  pg_temp.refusal(schnittwerk.create_booking(
    'far', :'carla', :'haircut', schnittwerk_core.clock() + interval '800 days', :'ben')),
  '400 too_far_ahead', 'without an override, 800 days ahead is refused by the horizon'
);
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking(
    'move', a.id, schnittwerk_core.clock() + interval '800 days', p_override_reason => 'later')),
  '400 invalid_input: p_new_starts_at', 'an override cannot move an appointment 800 days ahead'
)
from schnittwerk_core.appointments a;
select is(
  pg_temp.refusal(schnittwerk.reschedule_booking(
    'move', a.id, schnittwerk_core.clock() + interval '700 days', p_override_reason => 'later')),
  null, 'an override moves an appointment 700 days ahead'
)
from schnittwerk_core.appointments a;

select * from finish();
rollback;
