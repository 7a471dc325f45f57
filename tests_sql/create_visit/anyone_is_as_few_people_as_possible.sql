begin;
select plan(9);
\ir ../fixture.psql
\ir ../visit.psql
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'color'), pg_temp.item(:'haircut')), '2026-12-03 13:00+01'),
  'Color 13:00-15:00 Anna, Haircut 15:00-16:00 Anna',
  'one person who can do all is chosen before two'
);
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'haircut'), pg_temp.item(:'haircut', p_together => true)), '2026-12-03 09:00+01'),
  case when :'ben' < :'anna' then 'Haircut 09:00-10:00 Ben, Haircut 09:00-10:00 Anna'
    else 'Haircut 09:00-10:00 Ben, Haircut 09:00-10:00 Anna' end,
  'items that are together go to different people, the less busy first'
);
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'haircut'), pg_temp.item(:'haircut')), '2026-12-03 14:30+01'),
  'customer_busy', 'a customer who is busy then is refused, whoever is free'
);
select is(
  pg_temp.booked(:'carla', pg_temp.items(
    pg_temp.item(:'haircut'), pg_temp.item(:'haircut')), '2026-12-03 14:30+01'),
  'Haircut 14:30-15:30 Ben, Haircut 15:30-16:30 Ben', 'who is busy then is not chosen'
);
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'haircut'), pg_temp.item(:'color')), '2026-12-04 11:30+01'),
  'staff_unavailable', 'a visit that nobody can finish is refused by the rule of the item that fails'
);
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'haircut'), pg_temp.item(:'color')), '2026-12-04 12:00+01'),
  'Haircut 12:00-13:00 Ben, Color 13:00-15:00 Anna', 'two people serve where one cannot'
);
-- Ben takes half an hour longer: what comes after him begins later.
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(jsonb_build_object(
  'service_id', :'haircut', 'estimated_duration_minutes', 90))) \g /dev/null
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'haircut'), pg_temp.item(:'color')), '2026-12-05 11:30+01'),
  'Haircut 11:30-13:00 Ben, Color 13:00-15:00 Anna',
  'an item begins when the one before ends with whoever performs it'
);
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'haircut'), pg_temp.item(:'haircut', p_together => true),
    pg_temp.item(:'color', :'anna')), '2026-12-07 14:00+01'),
  case when :'anna' < :'ben'
    then 'Haircut 14:00-15:00 Anna, Haircut 14:00-15:30 Ben, Color 15:30-17:30 Anna'
    else 'Haircut 14:00-15:30 Ben, Haircut 14:00-15:00 Anna, Color 15:30-17:30 Anna' end,
  'what comes after items that are together begins when the longest ends'
);
select is(
  pg_temp.booked(:'dora', pg_temp.items(
    pg_temp.item(:'haircut'), pg_temp.item(:'haircut', p_together => true),
    pg_temp.item(:'haircut', p_together => true)), '2026-12-08 14:00+01'),
  'slot_conflict', 'three items that are together need three people'
);
select * from finish();
rollback;
