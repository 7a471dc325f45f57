begin;
select plan(3);
\ir ../fixture.psql
select schnittwerk.create_holiday('Blackout', '2026-12-03') #>> '{holiday,id}' as id \gset
select is(
  pg_temp.who_may(format('select schnittwerk.delete_holiday(%L)', :'id')),
  'admin service', 'only admins and the service delete holidays'
);
select is(
  pg_temp.refusal(schnittwerk.delete_holiday(null)), '400 invalid_input: p_holiday_id',
  'delete_holiday requires an id'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.refusal(schnittwerk.delete_holiday(:'id', :'second')), '404 not_found',
  'a holiday of another salon is not found'
);

select * from finish();
rollback;
