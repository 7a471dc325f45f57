begin;
select plan(19);
\ir ../fixture.psql
\ir ../clock.psql

-- Wednesday, 2 December: Anna is there for 480 minutes, Ben for 540.
create function pg_temp.books(
  p_at timestamptz, p_customer_id uuid, p_service_id uuid, p_starts_at timestamptz,
  p_staff_id uuid, p_code text default null
)
returns uuid
language sql
as $$
  select pg_temp.now_is(p_at);
  select (schnittwerk.create_booking(
    gen_random_uuid()::text, p_customer_id, p_service_id, p_starts_at, p_staff_id,
    p_promotion_code => p_code) #>> '{appointment,id}')::uuid;
$$;
create function pg_temp.simulated(p_rules jsonb, p_to date default '2026-12-02')
returns jsonb
language sql
as $$ select schnittwerk.simulate_prices(p_rules, '2026-12-02', p_to) $$;
create function pg_temp.with(p_kind text, p_conditions jsonb, p_adjustment jsonb)
returns text
language sql
as $$
  select concat_ws(' ', a.answer #>> '{rules,0,bookings}', a.answer #>> '{rules,0,amount}',
    trim_scale((a.answer ->> 'simulated_revenue')::numeric))
  from (
    select pg_temp.simulated(jsonb_build_array(jsonb_build_object(
      'name', 'Rule', 'kind', p_kind, 'conditions', p_conditions, 'adjustment', p_adjustment)))
      as answer
  ) a
$$;

select is(
  pg_temp.simulated(null),
  '{"bookings": 0, "revenue": 0, "simulated_revenue": 0, "cheaper": 0, "dearer": 0, "rules": []}',
  'without bookings and rules everything is 0'
);

select pg_temp.books('2026-12-01 08:00+01', :'carla', :'haircut', '2026-12-02 09:00+01', :'anna'),
  pg_temp.books('2026-12-01 12:00+01', :'dora', :'color', '2026-12-02 13:00+01', :'anna'),
  pg_temp.books('2026-12-01 20:00+01', :'carla', :'haircut', '2026-12-02 16:00+01', :'anna'),
  pg_temp.books('2026-12-01 20:30+01', :'dora', :'haircut', '2026-12-02 16:00+01', :'ben') as late,
  pg_temp.books('2026-12-01 20:40+01', :'dora', :'haircut', '2026-12-02 10:00+01', :'ben') as gone,
  pg_temp.books('2026-12-01 20:50+01', :'carla', :'haircut', '2026-12-03 00:00+01', :'ben') as night,
  pg_temp.books('2026-12-01 20:50+01', :'carla', :'haircut', '2026-12-03 10:00+01', :'ben')
\gset
select schnittwerk.cancel_booking('gone', :'gone') \g /dev/null
select is(
  pg_temp.simulated('[]'),
  '{"bookings": 4, "revenue": 365, "simulated_revenue": 365, "cheaper": 0, "dearer": 0,
    "rules": []}',
  'live bookings that start on the dates count, and without rules they cost their base price'
);
select is(
  pg_temp.simulated('[
    {"name": "Late", "kind": "lead_time", "conditions": {"lead_hours": {"max": 20}},
      "adjustment": {"amount": -5}},
    {"name": "Mornings", "kind": "time", "adjustment": {"percent": -20},
      "conditions": {"days": [3], "times": [{"start_time": "09:00", "end_time": "12:00"}]}},
    {"name": "Busy", "kind": "demand", "conditions": {"booked_percent": {"min": 37.5}},
      "adjustment": {"percent": 10}},
    {"name": "Welcome", "kind": "promotion", "conditions": {"first_visit": true},
      "adjustment": {"amount": -2}, "priority": 1},
    {"name": "Sundays", "kind": "time", "conditions": {"days": [0]}, "adjustment": {"amount": 9}},
    {"name": "Off", "kind": "promotion", "adjustment": {"price": 0}, "is_active": false}
  ]'),
  '{"bookings": 4, "revenue": 365, "simulated_revenue": 348.5, "cheaper": 3, "dearer": 1,
    "rules": [
      {"id": null, "name": "Mornings", "kind": "time", "bookings": 1, "amount": -15},
      {"id": null, "name": "Sundays", "kind": "time", "bookings": 0, "amount": 0},
      {"id": null, "name": "Late", "kind": "lead_time", "bookings": 1, "amount": -5},
      {"id": null, "name": "Busy", "kind": "demand", "bookings": 1, "amount": 7.5},
      {"id": null, "name": "Welcome", "kind": "promotion", "bookings": 2, "amount": -4}
    ]}',
  'the totals are those that one works out by hand: 75 - 15 - 2, 140 - 2, 75 + 7.5, 75 - 5'
);

select is(
  pg_temp.with('lead_time', '{"lead_hours": {"min": 25}}', '{"amount": 10}'), '2 20 385',
  'lead time is from when a booking was made to its start'
);
select is(
  pg_temp.with('lead_time', '{"lead_hours": {"min": 19.5, "max": 20}}', '{"amount": 10}'),
  '1 10 375', 'lead hours have a least and exclude a greatest, as in a booking'
);
select is(
  pg_temp.with('demand', '{"booked_percent": {"min": 12.5, "max": 37.5}}', '{"amount": 10}'),
  '1 10 375', 'load is what bookings made before had taken of the day of the member of staff'
);
select is(
  pg_temp.with('demand', '{"booked_percent": {"max": 1}}', '{"amount": 10}'), '2 20 385',
  'the first booking of a day finds it empty'
);
select pg_temp.now_is('2026-12-02 18:30+01') \g /dev/null
select schnittwerk.mark_no_show('late', :'late') \g /dev/null
select is(
  pg_temp.with('promotion', '{}', '{"price": 40}'), '3 -170 120',
  'a no-show does not count; a promotion can set the price'
);
select is(
  pg_temp.with('promotion', jsonb_build_object('services', jsonb_build_array(:'color')),
    '{"percent": -50}'), '1 -70 220', 'a rule for a service applies to its bookings'
);
select is(
  pg_temp.with('time', jsonb_build_object('staff', jsonb_build_array(:'ben')), '{"amount": 1}'),
  '0 0 290', 'a rule for a member of staff applies to their bookings'
);
select schnittwerk.save_service(null, null, null, p_min_price => 70, p_id => :'haircut') \g /dev/null
select is(
  pg_temp.with('time', '{}', '{"percent": -50}'), '3 -145 210',
  'the limits of a service hold for the price, and amounts are told as the rules add them'
);
select schnittwerk.save_service(null, null, 80, p_id => :'haircut') \g /dev/null
select is(
  pg_temp.simulated('[]') - 'rules',
  '{"bookings": 3, "revenue": 290, "simulated_revenue": 300, "cheaper": 0, "dearer": 2}',
  'base prices are today''s'
);

-- Ahead: a code that one booking used, and a visit.
select pg_temp.now_is('2026-12-02 18:30+01') \g /dev/null
select schnittwerk.save_price_rule(
    'Spring', 'promotion', '{"code": "SPRING", "max_uses": 1}', '{"amount": -8}')
    #>> '{price_rule,id}' as spring \gset
select pg_temp.books('2026-12-02 18:40+01', :'carla', :'haircut', '2026-12-04 10:00+01', :'anna',
    'spring') as used,
  pg_temp.books('2026-12-02 18:41+01', :'dora', :'haircut', '2026-12-04 10:00+01', :'ben') as plain
\gset
select schnittwerk.create_visit('visit', :'dora', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut', 'staff_id', :'ben'),
  jsonb_build_object('service_id', :'color')), '2026-12-04 14:00+01') #> '{visit,id}' is not null
\g /dev/null
create function pg_temp.of_friday(p_rules jsonb)
returns jsonb
language sql
as $$
  select schnittwerk.simulate_prices(p_rules, '2026-12-04', '2026-12-04')
    - '{cheaper,dearer}'::text[]
$$;
select is(
  pg_temp.of_friday(null),
  jsonb_build_object('bookings', 4, 'revenue', 372, 'simulated_revenue', 372, 'rules',
    jsonb_build_array(jsonb_build_object('id', :'spring', 'name', 'Spring', 'kind', 'promotion',
      'bookings', 1, 'amount', -8))),
  'null is the saved rules; a code applies to the bookings that used it'
);
select is(
  pg_temp.of_friday((
    select jsonb_agg(to_jsonb(r) || '{"adjustment": {"amount": -10}}')
    from schnittwerk.list_price_rules() r)) -> 'simulated_revenue',
  '370', 'rules may be given as list_price_rules shows them'
);
select is(
  pg_temp.of_friday('[{"name": "Spring", "kind": "promotion", "conditions": {"code": "SPRING"},
    "adjustment": {"amount": -10}}]') #> '{rules,0,bookings}',
  '0', 'a code of a rule that is not saved was never used'
);
select is(
  array[
    pg_temp.of_friday('[{"name": "Limited", "kind": "promotion", "conditions":
      {"max_uses_per_customer": 1}, "adjustment": {"amount": -10}}]') #>> '{rules,0,bookings}',
    pg_temp.of_friday('[{"name": "Any", "kind": "promotion", "adjustment": {"amount": -10}}]')
      #>> '{rules,0,bookings}'],
  '{2,4}', 'a promotion with limited uses applies to no visit, however often it was used'
);

select schnittwerk.save_price_rule('Any', 'demand', null, '{"amount": 1}') \g /dev/null
select is(
  pg_temp.who_may('select schnittwerk.simulate_prices(null, ''2026-12-04'', ''2026-12-04'')'),
  'admin service', 'only admins and the service simulate prices'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  schnittwerk.simulate_prices(null, '2026-12-02', '2026-12-04', :'second') ->> 'bookings', '0',
  'bookings and rules of other salons do not count'
);
set local transaction_read_only = on;
select is(
  schnittwerk.simulate_prices('[]', '2026-12-02', '2026-12-02', :'salon') ->> 'bookings', '3',
  'prices are simulated in a transaction that may not write'
);

select * from finish();
rollback;
