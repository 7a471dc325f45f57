begin;
select plan(9);
\ir ../fixture.psql
\ir ../refused.psql

create function pg_temp.refusal_of(p_start timestamptz, p_end timestamptz)
returns text
language sql
as $$
  select pg_temp.refused(
    format('select schnittwerk.validate_appointment_timing(%L, %L)', p_start, p_end))
$$;

select is(
  pg_temp.refusal_of(null, null), '400 invalid_input: appointment_start, appointment_end',
  'both times are required'
);
select is(
  pg_temp.refusal_of('2026-12-02 10:00:01+01', '2026-12-02 11:00:00.5+01'),
  '400 invalid_input: appointment_start, appointment_end', 'both are whole minutes'
);
select is(
  pg_temp.refusal_of('-infinity', 'infinity'),
  '400 invalid_input: appointment_start, appointment_end', 'both are finite'
);
select is(
  pg_temp.refusal_of('2026-12-02 10:00+01', '2026-12-03 10:00+01'), null,
  'an appointment of 24 hours is judged'
);
select is(
  pg_temp.refusal_of('2026-12-02 10:00+01', '2026-12-03 10:01+01'),
  '400 invalid_input: appointment_end', 'a longer one is refused'
);
select is(
  pg_temp.refusal_of('2026-12-02 10:00+01', 'infinity'),
  '400 invalid_input: appointment_end', 'an endless one is refused'
);

select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refusal_of('2026-12-02 10:00+01', '2026-12-02 11:00+01'), null,
  'who is not signed in may ask'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.refused(format(
    'select schnittwerk.validate_appointment_timing(%L, %L, %L)',
    '2026-12-02 10:00+01', '2026-12-02 11:00+01', gen_random_uuid())),
  '404 not_found', 'a salon that there is not'
);
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') \g /dev/null
select is(
  pg_temp.refusal_of('2026-12-02 10:00+01', '2026-12-02 11:00+01'), '400 salon_required',
  'where there are two salons, one is to be named'
);

select * from finish();
rollback;
