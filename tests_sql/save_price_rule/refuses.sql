begin;
select plan(76);
\ir ../fixture.psql
select is(
  pg_temp.refusal(schnittwerk.save_price_rule(null, null, null, null)),
  '400 invalid_input: p_name, p_kind, p_adjustment', 'a missing name, kind and adjustment are refused'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule(
    '', 'peak', '[]', '[]', 1001, '1899-12-31', '3000-01-01', p_clear => '{p_kind}')),
  '400 invalid_input: p_name, p_kind, p_conditions, p_adjustment, p_priority, p_valid_from, '
  || 'p_valid_until, p_clear', 'one refusal names all faults'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Rule', t.kind, t.conditions::jsonb, '{"amount": 1}')),
  '400 invalid_input: p_conditions' || t.path, 'conditions are refused: ' || t.description
)
from (
  values
    ('time', 'null', '', 'JSON null'),
    ('time', '{"day": [1]}', '.day', 'an unknown key'),
    ('time', '{"services": "all"}', '.services', 'services that are no list'),
    ('time', '{"services": []}', '.services', 'no service'),
    ('time', (select jsonb_build_object('services', jsonb_agg(schnittwerk_core.new_id()))::text
      from generate_series(1, 201)), '.services', 'more than 200 services'),
    ('time', '{"services": ["Haircut"]}', '.services[0]', 'a service that is no uuid'),
    ('time', '{"services": [null]}', '.services[0]', 'a service that is null'),
    ('time', '{"staff": []}', '.staff', 'no staff'),
    ('time', '{"staff": [5]}', '.staff[0]', 'a member of staff that is no uuid'),
    ('time', '{"days": []}', '.days', 'no day'),
    ('time', '{"days": [0, 1, 2, 3, 4, 5, 6, 0]}', '.days', 'more than 7 days'),
    ('time', '{"days": [0, 7]}', '.days[1]', 'a day after Saturday'),
    ('time', '{"days": [-1]}', '.days[0]', 'a day before Sunday'),
    ('time', '{"days": ["1"]}', '.days[0]', 'a day as text'),
    ('time', '{"times": []}', '.times', 'no window'),
    ('time', (select jsonb_build_object('times', jsonb_agg(
      jsonb '{"start_time": "09:00", "end_time": "12:00"}'))::text from generate_series(1, 25)),
      '.times', 'more than 24 windows'),
    ('time', '{"times": [{"start_time": "09:00"}]}', '.times[0].end_time', 'a window without an end'),
    ('time', '{"times": [{"start_time": "09:00", "end_time": "09:00"}]}', '.times[0].end_time',
      'an empty window'),
    ('time', '{"lead_hours": 5}', '.lead_hours', 'lead hours that are a number'),
    ('time', '{"lead_hours": {}}', '.lead_hours', 'lead hours without a limit'),
    ('time', '{"lead_hours": {"from": 1, "max": 5}}', '.lead_hours.from',
      'an unknown key of lead hours'),
    ('time', '{"lead_hours": {"min": -1}}', '.lead_hours.min', 'negative lead hours'),
    ('time', '{"lead_hours": {"min": 17521}}', '.lead_hours.min',
      'lead hours beyond what can be booked'),
    ('time', '{"lead_hours": {"max": 1.005}}', '.lead_hours.max', 'lead hours of three decimals'),
    ('time', '{"lead_hours": {"min": "1"}}', '.lead_hours.min', 'lead hours as text'),
    ('time', '{"lead_hours": {"min": 5, "max": 5}}', '.lead_hours.max', 'no lead hours'),
    ('time', '{"lead_hours": {"max": 0}}', '.lead_hours.max', 'no lead hours from 0'),
    ('time', '{"booked_percent": {"max": 101}}', '.booked_percent.max', 'more than 100 percent'),
    ('time', '{"booked_percent": {"min": 50, "max": 40}}', '.booked_percent.max', 'no percents'),
    ('time', '{"code": "WELCOME"}', '.code', 'a code of a rule that is no promotion'),
    ('lead_time', '{"first_visit": true}', '.first_visit', 'the first visit of a lead time'),
    ('demand', '{"max_uses": 5}', '.max_uses', 'limited uses of a demand rule'),
    ('promotion', '{"code": " ab cd "}', '.code', 'a code of four characters'),
    ('promotion', jsonb_build_object('code', repeat('x', 51))::text, '.code',
      'a code of 51 characters'),
    ('promotion', '{"code": "GRÜEZI"}', '.code', 'a code with an umlaut'),
    ('promotion', '{"code": 12345}', '.code', 'a code that is a number'),
    ('promotion', '{"first_visit": false}', '.first_visit', 'no first visit'),
    ('promotion', '{"first_visit": 1}', '.first_visit', 'a first visit that is a number'),
    ('promotion', '{"max_uses": 0}', '.max_uses', 'no uses'),
    ('promotion', '{"max_uses": 1000001}', '.max_uses', 'more than a million uses'),
    ('promotion', '{"max_uses": 1.5}', '.max_uses', 'half a use'),
    ('promotion', '{"max_uses_per_customer": 1001}', '.max_uses_per_customer',
      'more than a thousand uses a customer')
) t (kind, conditions, path, description);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Rule', 'time', null, t.adjustment::jsonb)),
  '400 invalid_input: p_adjustment' || t.path, 'an adjustment is refused: ' || t.description
)
from (
  values
    ('{}', '', 'nothing'),
    ('null', '', 'null'),
    ('{"percent": 5, "amount": 5}', '', 'percent and amount'),
    ('{"amount": 5, "factor": 5}', '.factor', 'an unknown key'),
    ('{"percent": -100.01}', '.percent', 'less than nothing'),
    ('{"percent": 1001}', '.percent', 'more than 1000 percent'),
    ('{"percent": 0.005}', '.percent', 'a percentage of three decimals'),
    ('{"percent": "5"}', '.percent', 'a percentage as text'),
    ('{"amount": 0}', '.amount', 'an amount of 0'),
    ('{"amount": 100000000}', '.amount', 'an amount of nine digits'),
    ('{"amount": -0.005}', '.amount', 'an amount of three decimals'),
    ('{"price": -1}', '.price', 'a negative price'),
    ('{"price": 1.005}', '.price', 'a price of three decimals')
) t (adjustment, path, description);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule(
    t.adjustment, 'time', null, t.adjustment::jsonb, p_is_active => false)),
  null, 'an adjustment is accepted: ' || t.adjustment
)
from (
  values ('{"price": 0}'), ('{"percent": -100}'), ('{"percent": 1000}'), ('{"amount": -99999999.99}')
) t (adjustment);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Rule', 'time', null, '{"amount": 1}',
    p_valid_from => '2026-12-10', p_valid_until => '2026-12-09')),
  '400 invalid_input: p_valid_until', 'a rule that ends before it begins is refused'
);
select is(
  schnittwerk.save_price_rule('Rule', 'time', null, '{"amount": 1}',
    p_valid_until => '2026-11-30') #>> '{details,0,code}',
  'in_the_past', 'a rule that ended before the salon''s today is refused'
);
select schnittwerk.save_price_rule('Today', 'demand', null, '{"amount": 1}',
  p_valid_until => '2026-12-01') as answer \gset
select is(pg_temp.refusal(:'answer'), null, 'a rule that ends today is accepted');
select :'answer'::jsonb #>> '{price_rule,id}' as today \gset
select is(
  pg_temp.refusal(schnittwerk.save_price_rule(null, null, null, null,
    p_valid_from => '2026-12-02', p_id => :'today')),
  '400 invalid_input: p_valid_until', 'a change may not move the begin beyond the end'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule(null, null, null, null,
    p_valid_until => '2026-11-30', p_id => :'today')),
  '400 invalid_input: p_valid_until', 'a change may not move the end into the past'
);
select is(
  schnittwerk.save_price_rule(null, 'time', null, null, p_id => :'today')
    #>> '{details,0,message}',
  'p_kind cannot change, it is demand: delete the rule and save another',
  'the kind of a saved rule cannot change'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule(null, null, '{"code": "WELCOME"}', null,
    p_id => :'today')),
  '400 invalid_input: p_conditions.code', 'a change is held to the kind of the rule'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Today', 'time', null, '{"amount": 1}')),
  '400 invalid_input: p_name', 'the name of another price rule is refused'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('New', null, null, null, p_id => :'anna')),
  '404 not_found', 'an unknown price rule is not found'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Rule', 'time',
    jsonb_build_object(
      'services', jsonb_build_array(:'haircut', :'anna'),
      'staff', jsonb_build_array(:'ben', :'color', :'carla')),
    '{"amount": 1}')),
  '400 invalid_input: p_conditions.services[1], p_conditions.staff[1], p_conditions.staff[2]',
  'unknown services and staff are refused'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Rule', 'time',
    jsonb_build_object(
      'services', jsonb_build_array(:'color'), 'staff', jsonb_build_array(:'ben')),
    '{"amount": 1}')),
  '400 invalid_input: p_conditions.staff', 'staff who perform none of the services are refused'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Rule', 'time',
    jsonb_build_object(
      'services', jsonb_build_array(:'color', :'haircut'), 'staff', jsonb_build_array(:'ben')),
    '{"amount": 1}')),
  null, 'staff who perform one of the services are accepted'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Rule', 'time',
    jsonb_build_object('services', jsonb_build_array(:'haircut')), '{"amount": 1}',
    p_salon_id => :'second')),
  '400 invalid_input: p_conditions.services[0]', 'a service of another salon is unknown'
);
select schnittwerk.save_price_rule(
  format('Rule %s', n), 'lead_time', null, '{"amount": 1}', p_is_active => false,
  p_salon_id => :'second')
from generate_series(1, 199) n \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Rule 200', 'lead_time', null, '{"amount": 1}',
    p_salon_id => :'second')), null, 'a salon may have 200 price rules'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Rule 201', 'lead_time', null, '{"amount": 1}',
    p_salon_id => :'second')), '400 invalid_input: p_name', 'a salon cannot have 201 price rules'
);

select * from finish();
rollback;
