begin;
select plan(4);
\ir ../fixture.psql
\ir ../refused.psql

select schnittwerk.save_salon('Elsewhere', 'Europe/Zurich') #>> '{salon,id}' as other \gset

select is(
  pg_temp.refused(format(
    'select schnittwerk.find_slots(%L, %L, p_salon_id => %L)',
    gen_random_uuid(), '2026-12-02', :'salon')),
  '404 not_found', 'an unknown service is not found'
);
select is(
  pg_temp.refused(format(
    'select schnittwerk.find_slots(%L, %L, p_staff_id => %L, p_salon_id => %L)',
    :'haircut', '2026-12-02', :'haircut', :'salon')),
  '404 not_found', 'an unknown member of staff is not found'
);
select is(
  pg_temp.refused(format(
    'select schnittwerk.find_slots(%L, %L, p_salon_id => %L)', :'haircut', '2026-12-02', :'other')),
  '404 not_found', 'a service of another salon is not found'
);
select is(
  pg_temp.refused(format(
    'select schnittwerk.find_slots(%L, %L, p_salon_id => %L)',
    :'haircut', '2026-12-02', gen_random_uuid())),
  '404 not_found', 'an unknown salon is not found'
);

select * from finish();
rollback;
