begin;
select plan(2);
\ir ../fixture.psql
select schnittwerk.create_booking('1', :'carla', :'haircut', '2026-12-03 10:00+01', :'anna')
  #>> '{appointment,id}' as annas \gset
select schnittwerk.create_booking('2', :'dora', :'haircut', '2026-12-03 10:00+01', :'ben')
  #>> '{appointment,id}' as bens \gset
select schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-04 10:00+01', :'ben')
  \g /dev/null
select schnittwerk.create_booking('4', :'dora', :'haircut', '2026-12-03 16:00+01', :'ben')
  #>> '{appointment,id}' as cancelled \gset
select pg_temp.become_superuser();
update schnittwerk_core.appointments set status = 'cancelled' where id = :'cancelled';

select is(
  jsonb_path_query_array(
    schnittwerk.create_holiday('Ben moves', '2026-12-03', p_affects_all_staff => false,
      p_staff_ids => array[:'ben'::uuid]),
    '$.affected_appointments[*].id'),
  jsonb_build_array(:'bens'), 'a holiday of some staff lists the live appointments of those staff'
);
select is(
  jsonb_path_query_array(
    schnittwerk.create_holiday('Blackout', '2026-12-03', p_type => 'blackout_date'),
    '$.affected_appointments[*].id'),
  (select jsonb_agg(i.id order by i.id) from unnest(array[:'annas', :'bens']) i (id)),
  'a blackout date lists all live appointments, even in an earlier closure'
);

select * from finish();
rollback;
