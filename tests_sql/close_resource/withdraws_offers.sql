begin;
select plan(6);
\ir ../fixture.psql
\ir ../waitlist.psql
\ir basins.psql
select schnittwerk.save_resource(null, p_is_active => false, p_id => :'basin_2') \g /dev/null
select pg_temp.wait(:'dora', :'color', p_times => '{13:00}', p_priority => 1) as d,
  pg_temp.wait(:'carla', :'color', p_times => '{13:00}') as c \gset
select pg_temp.free(:'color', :'anna', '2026-12-02 13:00+01') \g /dev/null
select is(pg_temp.offers(), 'Dora: Anna 02 13:00', 'a freed colour is offered');
select schnittwerk.close_resource(
  :'basin_1', '2026-12-02', p_start_time => '14:45', p_end_time => '15:00') \g /dev/null
select is(
  pg_temp.offers(), 'Dora: Anna 02 13:00', 'a closure after the time that an offer holds leaves it'
);
select schnittwerk.close_resource(
  :'basin_1', '2026-12-02', p_start_time => '14:00', p_end_time => '14:45')
  #>> '{closure,id}' as closure \gset
select is(pg_temp.offers(), null, 'an offer that holds a closed unit is withdrawn');
select is_empty(
  'select from schnittwerk_core.occupancy', 'a withdrawn offer holds neither staff nor unit'
);
select is(pg_temp.entry_status(:'d'), 'active', 'the entry of a withdrawn offer waits on');
select schnittwerk.reopen_resource(:'closure') \g /dev/null
select schnittwerk.process_waitlist() \g /dev/null
select is(
  pg_temp.offers(), 'Carla: Anna 02 13:00', 'once the unit opens again the next in line is offered it'
);

select * from finish();
rollback;
