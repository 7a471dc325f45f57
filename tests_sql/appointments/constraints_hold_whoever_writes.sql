begin;
select plan(29);
\ir ../fixture.psql
\ir owner.psql

select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select pg_temp.become_owner() \g /dev/null

-- The constraint that an appointment breaks when some of its values are changed.
create function pg_temp.broken(p_appointment jsonb, p_change jsonb)
returns text
language sql
as $$
  select pg_temp.broken_by(format(
    'insert into schnittwerk_core.appointments
    select (jsonb_populate_record(null::schnittwerk_core.appointments, %L)).*',
    p_appointment || p_change))
$$;
select jsonb_build_object(
  'salon_id', :'salon', 'id', gen_random_uuid(), 'customer_id', :'carla', 'staff_id', :'ben',
  'service_id', :'haircut', 'starts_at', '2026-12-02 10:00+01', 'ends_at', '2026-12-02 11:00+01',
  'status', 'pending', 'price', 75, 'buffer_before_minutes', 0, 'buffer_after_minutes', 15,
  'cancellation_deadline_hours', 24, 'reschedule_deadline_hours', 2, 'max_reschedules', 3,
  'reschedule_count', 0, 'version', 1, 'created_at', '2026-12-01', 'updated_at', '2026-12-01'
) as valid \gset

select is(pg_temp.broken(:'valid', change), constraint_name, description || ' is refused')
from (
  values
    ('an end at the start', 'appointments_end_is_after_start',
      '{"ends_at": "2026-12-02 10:00+01"}'::jsonb),
    ('an end before the start', 'appointments_end_is_after_start',
      '{"ends_at": "2026-12-02 09:00+01"}'),
    ('an end at infinity', 'appointments_end_is_after_start', '{"ends_at": "infinity"}'),
    ('an unknown status', 'appointments_status_is_known', '{"status": "done"}'),
    ('a negative price', 'price_is_not_negative', '{"price": -0.01}'),
    ('a negative buffer before', 'minutes_are_0_to_1440',
      '{"buffer_before_minutes": -1}'),
    ('a buffer after of more than a day', 'minutes_are_0_to_1440',
      '{"buffer_after_minutes": 1441}'),
    ('a negative cancellation deadline', 'hours_are_0_to_8760',
      '{"cancellation_deadline_hours": -1}'),
    ('a reschedule deadline of more than a year', 'hours_are_0_to_8760',
      '{"reschedule_deadline_hours": 8761}'),
    ('a late cancellation fee of 0 percent', 'fee_percent_is_above_0_and_at_most_100',
      '{"late_cancellation_fee_percent": 0}'),
    ('a no-show fee of more than the price', 'fee_percent_is_above_0_and_at_most_100',
      '{"no_show_fee_percent": 100.1}'),
    ('a negative limit of moves', 'count_is_0_to_1000',
      '{"max_reschedules": -1}'),
    ('a negative count of moves', 'count_is_0_to_1000',
      '{"reschedule_count": -1}'),
    ('a note of 2001 characters', 'note_has_at_most_2000_characters',
      jsonb_build_object('notes', repeat('x', 2001))),
    ('a cancellation reason of 2001 characters', 'note_has_at_most_2000_characters',
      jsonb_build_object('cancellation_reason', repeat('x', 2001))),
    ('an unknown customer', 'appointments_customer_is_of_the_salon',
      jsonb_build_object('customer_id', :'anna')),
    ('an unknown service', 'appointments_service_is_of_the_salon',
      jsonb_build_object('service_id', :'anna'))
) t (description, constraint_name, change);
select alike(
  pg_temp.broken(:'valid', jsonb_build_object('salon_id', :'other')),
  'appointments_%_is_of_the_salon', 'an appointment does not cross salons'
);
select is(
  pg_temp.broken(:'valid', jsonb_build_object('staff_id', :'carla')),
  'appointments_staff_is_of_the_salon', 'a customer is no member of staff'
);
select is(pg_temp.broken(:'valid', '{}'), null, 'a valid appointment is stored');
select is(pg_temp.broken(:'valid', '{}'), 'appointments_pkey',
  'an appointment cannot be stored twice');

select throws_ok(
  format(
    'insert into schnittwerk_core.occupancy (salon_id, claim_id, resource_id, during)
    values (%L, gen_random_uuid(), %L, %L)',
    :'salon', :'ben', during),
  sqlstate, null, description
)
from (
  values
    ('[2026-12-02 10:30+01, 2026-12-02 10:31+01)', '23P01',
      'a claim by direct SQL cannot overlap another'),
    ('[2026-12-02 13:00+01,)', '23502', 'a claim without an end is refused'),
    ('empty', '23502', 'an empty claim is refused'),
    ('[2026-12-02 13:00+01, 2026-12-05 13:01+01)', '23514',
      'a claim longer than three days is refused')
) t (during, sqlstate, description);

select is(
  pg_temp.broken_by(format(
    'insert into schnittwerk_core.fee
    select (jsonb_populate_record(null::schnittwerk_core.fee, to_jsonb(a) || %L || %L)).*
    from (select a.salon_id, a.id as appointment_id, a.customer_id, a.created_at, a.updated_at
      from schnittwerk_core.appointments a) a',
    '{"cause": "no_show", "amount": 10, "status": "owed"}', change)),
  constraint_name, description
)
from (
  values
    ('{"amount": 0}', 'fee_amount_is_positive', 'a fee of nothing is refused'),
    ('{"status": "waived"}', 'fee_waived_at_is_given_when_waived',
      'a waived fee needs the time of the waiver'),
    ('{"withdrawn_at": "2026-12-02"}', 'fee_withdrawn_at_is_given_when_withdrawn',
      'an owed fee has no time of withdrawal'),
    ('{}', null, 'a valid fee is stored')
) t (change, constraint_name, description);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
