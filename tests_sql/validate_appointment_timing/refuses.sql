begin;
select plan(5);
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
  pg_temp.refusal_of('2026-12-02 10:00+01', null), '400 invalid_input: appointment_end',
  'a missing end is named'
);

select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refusal_of('2026-12-02 10:00+01', '2026-12-02 11:00+01'), null,
  'an anonymous caller may ask'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.refused(format(
    'select schnittwerk.validate_appointment_timing(%L, %L, %L)',
    '2026-12-02 10:00+01', '2026-12-02 11:00+01', gen_random_uuid())),
  '404 not_found', 'an unknown salon is not found'
);
select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') \g /dev/null
select is(
  pg_temp.refusal_of('2026-12-02 10:00+01', '2026-12-02 11:00+01'), '400 salon_required',
  'with two salons, the salon is required'
);

select * from finish();
rollback;
