begin;
select plan(6);
\ir ../fixture.psql
\ir basins.psql
select is(
  pg_temp.who_may(format($$select schnittwerk.close_resource(%L, '2026-12-02')$$, :'basin_1')),
  'admin service', 'only admins and the service close resources'
);
select is(
  pg_temp.refusal(schnittwerk.close_resource(null, null, p_reason => repeat('x', 2001))),
  '400 invalid_input: p_resource_id, p_start_date, p_reason', 'resource and date are required'
);
select is(
  pg_temp.refusal(schnittwerk.close_resource(:'basin_1', '2026-12-02', '2026-12-01')),
  '400 invalid_input: p_end_date', 'a closure must not end before its start'
);
select is(
  pg_temp.refusal(schnittwerk.close_resource(
    :'basin_1', '2026-12-02', p_start_time => '12:00', p_end_time => '12:00')),
  '400 invalid_input: p_end_time', 'a closure must not be empty'
);
select is(
  pg_temp.refusal(schnittwerk.close_resource(
    :'basin_1', 'infinity', p_start_time => '12:00:30')),
  '400 invalid_input: p_start_date, p_start_time', 'infinite dates and seconds are refused'
);
select is(
  pg_temp.refusal(schnittwerk.close_resource(:'anna', '2026-12-02')), '404 not_found',
  'a member of staff is no resource to close'
);

select * from finish();
rollback;
