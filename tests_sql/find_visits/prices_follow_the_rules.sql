begin;
select plan(9);
\ir ../fixture.psql
\ir ../visit.psql

select schnittwerk.save_price_rule('Morning', 'time',
    '{"times": [{"start_time": "09:00", "end_time": "12:00"}]}', '{"percent": -10}'),
  schnittwerk.save_price_rule('Everybody', 'promotion', null, '{"amount": -1}'),
  schnittwerk.save_price_rule('First', 'promotion', '{"first_visit": true}', '{"price": 1}', 5),
  schnittwerk.save_price_rule('Few', 'promotion', '{"max_uses": 9}', '{"price": 2}', 4),
  schnittwerk.save_price_rule('Each', 'promotion', '{"max_uses_per_customer": 9}',
    '{"price": 3}', 3)
\g /dev/null
select pg_temp.items(pg_temp.item(:'haircut', :'ben'), pg_temp.item(:'haircut', :'ben')) as items
\gset
-- 67.50 - 1 before noon, 75 - 1 after
select results_eq(
  format($$
    select to_char(v.starts_at at time zone 'Europe/Zurich', 'HH24:MI'), v.price,
      jsonb_path_query_array(v.items, '$[*].price')
    from schnittwerk.find_visits(%L, '2026-12-02', p_slot_interval_minutes => 60) v
    where v.starts_at between '2026-12-02 10:00+01' and '2026-12-02 12:00+01'
    order by v.starts_at
  $$, :'items'),
  $$values ('10:00', 133.00, '[66.50, 66.50]'::jsonb), ('11:00', 140.50, '[66.50, 74.00]'),
    ('12:00', 148.00, '[74.00, 74.00]')$$,
  'each item of a visit has the price of its own start; promotions for some do not apply'
);
select results_eq(
  format($$select v.price from schnittwerk.find_visits(%L, '2026-12-02', p_limit => 1) v$$,
    pg_temp.items(pg_temp.item(:'haircut'))),
  'values (66.50)', 'a visit of one item is priced as a visit'
);
select is(
  pg_temp.booked(:'carla', :'items', '2026-12-02 11:00+01', 148), 'price_mismatch',
  'a visit at another price than expected is refused'
);
select schnittwerk.create_visit('1', :'carla', :'items', '2026-12-02 11:00+01',
  p_expected_price => 140.5) -> 'visit' as visit \gset
select is(
  jsonb_path_query_array(:'visit', '$.appointments[*].price'), '[66.50, 74.00]',
  'a visit is booked at the prices listed'
);
select is(
  jsonb_path_query_array(:'visit', '$.appointments[*].price_details.rules[*].name'),
  '["Morning", "Everybody", "Everybody"]', 'each item keeps how its price came about'
);
select is(
  (select array_agg(distinct r.name) from schnittwerk_core.appointments a
    join schnittwerk_core.price_rule r on r.id = a.promotion_id),
  '{Everybody}', 'each item keeps its promotion'
);
select results_eq(
  format($$select distinct v.price from schnittwerk.find_visits(null, '2026-12-03',
    p_visit_id => %L) v$$, :'visit'::jsonb ->> 'id'),
  'values (140.50)', 'a visit that moves keeps its prices'
);
select is(
  jsonb_path_query_array(
    schnittwerk.reschedule_visit('2', (:'visit'::jsonb ->> 'id')::uuid, '2026-12-03 14:00+01'),
    '$.visit.appointments[*].price_details'),
  jsonb_path_query_array(:'visit', '$.appointments[*].price_details'),
  'a visit that moves keeps how its prices came about'
);
select is(
  schnittwerk.reschedule_booking(
    '3', (:'visit'::jsonb #>> '{appointments,0,id}')::uuid, '2026-12-03 14:00+01', :'anna',
    p_override_reason => 'ill', p_new_service_id => :'color') #>> '{appointment,price}', '139.00',
  'an item that gets another service is priced as one of a visit'
) ;

select * from finish();
rollback;
