begin;
select plan(9);
\ir ../fixture.psql
\ir ../refused.psql

create function pg_temp.refusal_of(
  p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz, p_salon_id uuid default null
)
returns text
language sql
as $$
  select pg_temp.refused(format(
    'select schnittwerk.explain_slot(%L, %L, %L, p_salon_id => %L)',
    p_service_id, p_staff_id, p_starts_at, p_salon_id
  ))
$$;

select is(
  pg_temp.refusal_of(null, null, null), '400 invalid_input: p_service_id, p_staff_id, p_starts_at',
  'service, staff and start are required'
);
select is(
  pg_temp.refusal_of(:'haircut', :'anna', '2026-12-02 09:00:30+01'),
  '400 invalid_input: p_starts_at', 'a start with seconds is refused'
);
select is(
  pg_temp.refusal_of(:'haircut', :'anna', 'infinity'), '400 invalid_input: p_starts_at',
  'an infinite start is refused'
);
select is(
  pg_temp.refusal_of(:'anna', :'anna', '2026-12-02 09:00+01'), '404 not_found',
  'an unknown service is not found'
);
select is(
  pg_temp.refusal_of(:'haircut', :'haircut', '2026-12-02 09:00+01'), '404 not_found',
  'an unknown member of staff is not found'
);
select pg_temp.become_anonymous() \g /dev/null
select is(
  pg_temp.refusal_of(:'haircut', :'anna', '2026-12-02 09:00+01'), null,
  'an anonymous caller may ask'
);
select pg_temp.become_superuser() \g /dev/null

select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset
select is(
  pg_temp.refusal_of(:'haircut', :'anna', '2026-12-02 09:00+01'), '400 salon_required',
  'with two salons, the salon is required'
);
select is(
  pg_temp.refusal_of(:'haircut', :'anna', '2026-12-02 09:00+01', :'other'), '404 not_found',
  'a service of another salon is not found'
);
select is(
  pg_temp.refusal_of(:'haircut', :'anna', '2026-12-02 09:00+01', :'salon'), null,
  'with two salons, a service of the named one is explained'
);

select * from finish();
rollback;
