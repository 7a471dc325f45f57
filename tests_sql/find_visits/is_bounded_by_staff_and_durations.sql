begin;
select plan(7);
\ir ../fixture.psql
\ir ../visit.psql
\ir ../refused.psql
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(jsonb_build_object(
  'service_id', :'haircut', 'estimated_duration_minutes', 90))) \g /dev/null
-- Two people for the first item; for the second two again, each at two distances from the start.
create or replace function schnittwerk_core.most_visit_states()
returns int
language sql
immutable
parallel safe
return 5;

select is(
  pg_temp.refused(format($$select * from schnittwerk.find_visits(%L, '2026-12-02')$$,
    pg_temp.items(pg_temp.item(:'haircut'), pg_temp.item(:'haircut')))),
  '400 invalid_input: p_items', 'too many people with too many durations are refused'
);
select is(
  pg_temp.booked(:'carla', pg_temp.items(pg_temp.item(:'haircut'), pg_temp.item(:'haircut')), '2026-12-02 09:00+01'),
  'invalid_input', 'booking refuses the visits that looking for them does'
);
select isnt_empty(
  format($$select * from schnittwerk.find_visits(%L, '2026-12-02')$$,
    pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut'))),
  'an item with given staff has fewer combinations'
);
select is(
  pg_temp.booked(:'carla', pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut')), '2026-12-02 09:00+01'),
  'Haircut 09:00-10:30 Ben, Haircut 10:30-12:00 Ben', 'a visit with given staff is booked'
);
select is_empty(
  format($$select * from schnittwerk.find_visits(%L, '2026-12-03')$$,
    pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'anna', true),
      pg_temp.item(:'haircut', :'ben', true))),
  'more items together than there are people are not listed'
);
-- Anna for the colour, and Ben beside her.
create or replace function schnittwerk_core.most_visit_steps()
returns int
language sql
immutable
parallel safe
return 1;

select is(
  pg_temp.refused(format($$select * from schnittwerk.find_visits(%L, '2026-12-03')$$,
    pg_temp.items(pg_temp.item(:'color'), pg_temp.item(:'haircut', p_together => true)))),
  '400 invalid_input: p_items', 'a choice of staff that takes too long to find is refused'
);
select is(
  pg_temp.booked(:'carla', pg_temp.items(
    pg_temp.item(:'color'), pg_temp.item(:'haircut', p_together => true)), '2026-12-03 09:00+01'),
  'invalid_input', 'booking refuses to look for as long as listing does'
);
select * from finish();
rollback;
