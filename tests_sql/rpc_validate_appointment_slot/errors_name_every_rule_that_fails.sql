begin;
select plan(15);
\ir ../fixture.psql
\ir ../refused.psql

create function pg_temp.errors(
  p_staff_id uuid, p_service_id uuid, p_start timestamptz, p_end timestamptz default null,
  p_buffer_minutes int default 15, p_exclude_appointment_id uuid default null
)
returns jsonb
language sql
as $$
  select case when (v ->> 'is_valid')::boolean = (v -> 'errors' = '[]') then v -> 'errors' end
  from schnittwerk.rpc_validate_appointment_slot(
    p_staff_id => p_staff_id, p_service_id => p_service_id, p_starts_at => p_start,
    p_ends_at => p_end, p_buffer_minutes => p_buffer_minutes,
    p_exclude_appointment_id => p_exclude_appointment_id
  ) v
$$;

select is(
  schnittwerk.rpc_validate_appointment_slot(
    :'ben', :'haircut', '2026-12-02 10:00+01', '2026-12-02 11:00+01'),
  '{"is_valid": true, "errors": []}', 'a slot that can be booked is valid'
);
select is(
  pg_temp.errors(:'ben', :'haircut', '2026-12-02 10:00+01', '2026-12-02 10:05+01'),
  '["The service takes 60 minutes"]', 'a wrong end is an error'
);
select is(
  pg_temp.errors(:'ben', :'haircut', '2026-12-02 10:00+01', '2026-12-02 10:00+01'),
  '["End time must be after start time", "The service takes 60 minutes"]',
  'an end at the start is an error'
);
select is(
  pg_temp.errors(:'ben', :'color', '2026-12-06 10:00+01'),
  '[
    "This service is not offered by this member of staff", "Business is closed on this day",
    "Appointment time is outside business hours (closed)",
    "The member of staff is not available at this time"
  ]',
  'every rule that fails is an error, in order'
);

select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-02 10:00+01', :'ben')
  #>> '{appointment,id}' as booked \gset
select is(
  pg_temp.errors(:'ben', :'haircut', start), errors, description
)
from (
  values
    (timestamptz '2026-12-02 10:30+01', '["Time slot conflicts with another appointment"]'::jsonb,
      'a taken slot is an error'),
    ('2026-12-02 11:14+01', '["Time slot conflicts with another appointment"]',
      'a slot within the buffer of another is an error'),
    ('2026-12-02 11:15+01', '[]', 'a slot after the buffer of another is valid')
) t (start, errors, description);
select is(
  pg_temp.errors(:'ben', :'haircut', '2026-12-02 11:15+01', null, 20),
  '["Time slot conflicts with another appointment"]', 'a buffer greater than the rules'' is kept'
);
select is(
  pg_temp.errors(:'ben', :'haircut', '2026-12-02 11:14+01', null, 0),
  '["Time slot conflicts with another appointment"]',
  'a buffer smaller than the rules'' has no effect'
);
select is(
  pg_temp.errors(:'ben', :'haircut', '2026-12-02 10:30+01', null, 15, :'booked'), '[]',
  'an appointment that is to be moved may overlap itself'
);
select is(
  pg_temp.errors(:'ben', :'haircut', '2026-12-02 10:30+01', null, 60, :'booked'), '[]',
  'an appointment that is to be moved may overlap itself with any buffer'
);

select is(
  pg_temp.refused('select schnittwerk.rpc_validate_appointment_slot(null, null, null)'),
  '400 invalid_input: p_staff_id, p_service_id, p_starts_at',
  'staff, service and start are required'
);
select is(
  pg_temp.refused(format(
    $$select schnittwerk.rpc_validate_appointment_slot(%L, %L, '2026-12-02', null, -1)$$,
    :'ben', :'haircut')),
  '400 invalid_input: p_buffer_minutes', 'a negative buffer is refused'
);
select is(
  pg_temp.refused(format(
    $$select schnittwerk.rpc_validate_appointment_slot(%L, %L, '2026-12-02')$$,
    :'haircut', :'haircut')),
  '404 not_found', 'an unknown member of staff is not found'
);
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.errors(:'ben', :'haircut', '2026-12-02 14:00+01'), '[]', 'an anonymous caller may ask'
);

select pg_temp.become_superuser() \g /dev/null
select * from finish();
rollback;
