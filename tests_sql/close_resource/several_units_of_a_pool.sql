begin;
select plan(4);
\ir ../fixture.psql
\ir basins.psql
-- Two basins from the start, and one, perhaps another, at the end.
select schnittwerk.set_service_resources(:'color', '[
  {"pool": "basin", "quantity": 2, "to_minute": 15},
  {"pool": "basin", "from_minute": 90}
]') \g /dev/null
select pg_sleep(0.001), schnittwerk.save_resource('Basin 3', 'equipment', 'basin') \g /dev/null
select pg_temp.book(:'anna', '2026-12-02 13:00+01') as one \gset
select is(
  pg_temp.basins(:'one'),
  'Basin 1, Basin 1, Basin 2 / Basin 1 13:00, Basin 1 14:30, Basin 2 13:00',
  'an appointment uses two basins at first and one of them again'
);
select schnittwerk.close_resource(:'basin_1', '2026-12-02', p_end_time => '14:00') \g /dev/null
select is(
  pg_temp.basins(:'one'),
  'Basin 1, Basin 2, Basin 3 / Basin 1 14:30, Basin 2 13:00, Basin 3 13:00',
  'only the use of the closed time moves, to a unit that the appointment does not use then'
);
select schnittwerk.close_resource(:'basin_2', '2026-12-02') as answer \gset
select is(
  pg_temp.affected(:'answer'::jsonb), 'Carla 02 13:00 resource_unavailable',
  'an appointment with one unit too few is affected'
);
select is(
  pg_temp.basins(:'one'),
  'Basin 1, Basin 2, Basin 3 / Basin 1 14:30, Basin 2 13:00, Basin 3 13:00',
  'an affected appointment keeps all its units'
);

select * from finish();
rollback;
