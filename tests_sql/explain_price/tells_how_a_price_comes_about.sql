begin;
select plan(21);
\ir ../fixture.psql

-- What a start costs, as the rules make it: '75.00: Morning -7.5, Soon 5 = 72.50'.
create function pg_temp.explained(
  p_service_id uuid, p_staff_id uuid, p_starts_at timestamptz, p_code text default null
)
returns text
language sql
as $$
  select format('%s: %s = %s', e ->> 'base_price', (
    select string_agg((r.value ->> 'name') || ' ' || (r.value ->> 'amount'), ', ' order by r.n)
    from jsonb_array_elements(e -> 'rules') with ordinality r (value, n)
  ), e ->> 'price')
  from schnittwerk.explain_price(p_service_id, p_staff_id, p_starts_at, p_code) e
$$;

select is(
  schnittwerk.explain_price(:'haircut', :'anna', '2026-12-02 10:00+01'),
  '{"base_price": 75.00, "rules": [], "price": 75.00, "code": null}',
  'without price rules a start costs the base price'
);
select schnittwerk.set_staff_services(:'ben', jsonb_build_array(
  jsonb_build_object('service_id', :'haircut', 'custom_price', 82.5))) \g /dev/null
select is(
  pg_temp.explained(:'haircut', :'ben', '2026-12-02 10:00+01'), '82.50:  = 82.50',
  'the base price is the member of staff''s own'
);

select schnittwerk.save_price_rule('Morning', 'time',
    '{"times": [{"start_time": "09:00", "end_time": "12:00"}]}', '{"percent": -10}')
    #>> '{price_rule,id}' as morning,
  schnittwerk.save_price_rule('Soon', 'lead_time', '{"lead_hours": {"max": 26}}', '{"amount": 5}'),
  schnittwerk.save_price_rule('Full', 'demand', '{"booked_percent": {"min": 12.5}}',
    '{"percent": 12.55}'),
  schnittwerk.save_price_rule('Welcome', 'promotion', '{"code": "WELCOME"}', '{"percent": -20}')
\gset
select is(
  schnittwerk.explain_price(:'haircut', :'anna', '2026-12-02 11:00+01'),
  jsonb_build_object('base_price', 75.00, 'price', 67.50, 'code', null, 'rules',
    jsonb_build_array(jsonb_build_object(
      'id', :'morning', 'name', 'Morning', 'kind', 'time', 'amount', -7.5))),
  'a rule that applies is listed with its exact amount'
);
select is(pg_temp.explained(:'haircut', :'anna', starts_at), told, description)
from (
  values
    (timestamptz '2026-12-02 09:59+01', '75.00: Morning -7.5, Soon 5 = 72.50',
      'rules of several kinds add up'),
    ('2026-12-02 10:00+01', '75.00: Morning -7.5 = 67.50',
      'the end of lead hours is not part of them'),
    ('2026-12-02 12:00+01', '75.00:  = 75.00', 'the end of a time is not part of it'),
    ('2026-12-01 09:00+01', '75.00: Morning -7.5, Soon 5 = 72.50',
      'a start is explained that cannot be booked any more'),
    ('2026-12-06 10:00+01', '75.00: Morning -7.5 = 67.50',
      'a start is explained on a day on which the salon is closed')
) t (starts_at, told, description);

-- One of Anna's eight hours of that day, which is 12.5 percent.
select schnittwerk.create_booking('1', :'dora', :'haircut', '2026-12-02 14:00+01', :'anna')
  #>> '{appointment,id}' as booked \gset
select is(
  pg_temp.explained(:'haircut', :'anna', '2026-12-02 09:30+01', ' wel come'),
  '75.00: Morning -7.5, Soon 5, Full 9.4125, Welcome -16.3825 = 65.55',
  'a promotion applies to what the other rules make, and the price is rounded half up'
);
select is(
  pg_temp.explained(:'haircut', :'ben', '2026-12-02 16:00+01'), '82.50:  = 82.50',
  'how full a day is depends on the member of staff'
);
update schnittwerk_core.services set min_price = 70, max_price = 80 where id = :'haircut';
select is(
  pg_temp.explained(:'haircut', :'anna', '2026-12-02 09:30+01', 'WELCOME'),
  '75.00: Morning -7.5, Soon 5, Full 9.4125, Welcome -16.3825 = 70.00',
  'no price is below the least of its service'
);
select is(
  pg_temp.explained(:'haircut', :'anna', '2026-12-02 14:00+01'), '75.00: Full 9.4125 = 80.00',
  'no price is above the most of its service'
);
select is(
  pg_temp.explained(:'haircut', :'ben', '2026-12-02 16:00+01'), '82.50:  = 80.00',
  'the limits hold where no rule applies'
);
select schnittwerk.cancel_booking('2', :'booked') \g /dev/null
select is(
  pg_temp.explained(:'haircut', :'anna', '2026-12-02 14:00+01'), '75.00:  = 75.00',
  'what was cancelled does not count as booked'
);
update schnittwerk_core.price_rule set is_active = false;
select is(
  pg_temp.explained(:'haircut', :'anna', '2026-12-02 09:30+01'), '75.00:  = 75.00',
  'inactive rules do not apply'
);

select schnittwerk.save_price_rule('Overtime', 'demand', '{"booked_percent": {"min": 100}}',
    '{"amount": 20}') #>> '{price_rule,id}' as overtime,
  schnittwerk.set_special_hours('2026-12-05', '[{"start_time": "09:00", "end_time": "11:00"}]'),
  schnittwerk.create_booking('3', :'dora', :'haircut', '2026-12-05 09:00+01', :'anna')
\gset
select is(
  pg_temp.explained(:'haircut', :'anna', '2026-12-05 10:00+01'), '75.00:  = 75.00',
  'a rule for full days does not apply before the day is full'
);
select schnittwerk.save_price_rule('Late', 'demand', '{"booked_percent": {"min": 50, "max": 100}}',
  '{"amount": 10}', 1) \g /dev/null
select is(
  pg_temp.explained(:'haircut', :'anna', '2026-12-05 10:00+01'), '75.00: Late 10 = 80.00',
  'a rule up to 100 percent applies on a day that is half full'
);
select schnittwerk.create_booking('4', :'carla', :'haircut', '2026-12-05 10:15+01', :'anna',
  p_override_reason => 'as an exception') \g /dev/null
select is(
  pg_temp.explained(:'haircut', :'anna', '2026-12-05 10:00+01'), '75.00: Late 10 = 80.00',
  'a rule up to 100 percent applies on a full day, beside a rule that begins there'
);
update schnittwerk_core.price_rule set is_active = false where name = 'Late';
select is(
  pg_temp.explained(:'haircut', :'anna', '2026-12-05 10:00+01'), '75.00: Overtime 20 = 80.00',
  'a rule for full days applies on a full day'
);

select schnittwerk.save_service('Haircut', 60, 60000000, p_id => :'haircut', p_clear =>
    '{p_min_price,p_max_price}'),
  schnittwerk.save_price_rule('Dear', 'time', '{}', '{"percent": 100}') \g /dev/null
select is(
  pg_temp.explained(:'haircut', :'anna', '2026-12-07 10:00+01'),
  '60000000.00: Dear 60000000 = 99999999.99', 'a price is never more than can be stored'
);
select is(
  schnittwerk.create_booking('5', :'dora', :'haircut', '2026-12-07 10:00+01', :'anna')
    #>> '{appointment,price}',
  '99999999.99', 'a start whose price is cut to what can be stored is booked at that price'
);

select * from finish();
rollback;
