begin;
select plan(6);
\ir ../fixture.psql
\ir starts.psql

create function pg_temp.staff_of(p_service_id uuid)
returns uuid[]
language sql
as $$
  select coalesce(array_agg(distinct s.staff_id), '{}')
  from schnittwerk.find_slots(p_service_id, '2026-12-02') s
$$;

select set_eq(
  format('select unnest(pg_temp.staff_of(%L))', :'haircut'), array[:'anna', :'ben']::uuid[],
  'without named staff, all who perform the service are listed'
);
select is(pg_temp.staff_of(:'color'), array[:'anna'::uuid],
  'staff who do not perform the service are not listed');
select is(pg_temp.starts(:'color', :'ben', '2026-12-02'), '',
  'staff who do not perform the service have no slots when named');

select schnittwerk.save_staff('Ben', p_is_active => false, p_id => :'ben') \g /dev/null
select is(pg_temp.staff_of(:'haircut'), array[:'anna'::uuid], 'inactive staff are not listed');
select is(pg_temp.starts(:'haircut', :'ben', '2026-12-02'), '',
  'inactive staff have no slots when named');

select schnittwerk.save_service('Haircut', 60, 75, p_is_active => false, p_id => :'haircut')
\g /dev/null
select is(pg_temp.staff_of(:'haircut'), '{}', 'an inactive service has no slots');

select * from finish();
rollback;
