begin;
select plan(40);
\ir ../fixture.psql
-- What the second of two rules is refused with.
create function pg_temp.second(
  p_one jsonb, p_other jsonb, p_one_dates text default ',', p_other_dates text default ','
)
returns text
language plpgsql
as $$
declare
  v_refusal text;
begin
  perform schnittwerk.save_price_rule('One', 'promotion', p_one, '{"amount": 1}',
    p_valid_from => nullif(split_part(p_one_dates, ',', 1), '')::date,
    p_valid_until => nullif(split_part(p_one_dates, ',', 2), '')::date);
  v_refusal := pg_temp.refusal(schnittwerk.save_price_rule(
    'Other', 'promotion', p_other, '{"amount": 1}',
    p_valid_from => nullif(split_part(p_other_dates, ',', 1), '')::date,
    p_valid_until => nullif(split_part(p_other_dates, ',', 2), '')::date));
  if not exists (select from schnittwerk_core.price_rule r where r.name = 'One') then
    raise exception 'the first rule, %, was refused', p_one;
  end if;
  delete from schnittwerk_core.price_rule;
  return v_refusal;
end
$$;
select is(
  pg_temp.second(t.one::jsonb, t.other::jsonb), '400 invalid_input: p_priority',
  'rules of one rank are refused: ' || t.description
)
from (
  values
    ('{}', '{}', 'both apply always'),
    ('{"days": [1, 2]}', '{"days": [2, 3]}', 'they share a day'),
    ('{"days": [1]}', '{"times": [{"start_time": "09:00", "end_time": "12:00"}]}',
      'one has days and the other times'),
    ('{"times": [{"start_time": "08:00", "end_time": "10:00"}]}',
      '{"times": [{"start_time": "07:00", "end_time": "08:00"},
        {"start_time": "09:59", "end_time": "24:00"}]}', 'they share a minute'),
    ('{"lead_hours": {"max": 24}}', '{"lead_hours": {"min": 23.99}}', 'they share lead hours'),
    ('{"booked_percent": {"max": 100}}', '{"booked_percent": {"min": 100}}',
      'both apply to a full day'),
    ('{"booked_percent": {"min": 10, "max": 30}}', '{"booked_percent": {"min": 20, "max": 40}}',
      'they share percents'),
    ('{"code": "WELCOME"}', '{"code": "welcome"}', 'they have one code'),
    ('{"code": "WELCOME"}', '{"first_visit": true}', 'one has a code and the other none'),
    ('{"max_uses": 5}', '{"max_uses": 6}', 'they differ in their uses')
) t (one, other, description);
select is(
  pg_temp.second(t.one::jsonb, t.other::jsonb), null,
  'rules that no booking can both meet are accepted: ' || t.description
)
from (
  values
    ('{}', '{"days": [1]}', 'they differ in the number of conditions'),
    ('{"days": [1, 2]}', '{"days": [3]}', 'other days'),
    ('{"times": [{"start_time": "08:00", "end_time": "10:00"}]}',
      '{"times": [{"start_time": "10:00", "end_time": "24:00"}]}', 'times that meet'),
    ('{"lead_hours": {"max": 24}}', '{"lead_hours": {"min": 24}}', 'lead hours that meet'),
    ('{"booked_percent": {"max": 50}}', '{"booked_percent": {"min": 50}}', 'percents that meet'),
    ('{"code": "WELCOME"}', '{"code": "GOODBYE"}', 'other codes'),
    ('{"days": [1], "code": "WELCOME"}', '{"days": [2], "code": "WELCOME"}',
      'one code on other days')
) t (one, other, description);
select is(
  pg_temp.second(t.one::jsonb, t.other::jsonb, t.one_dates, t.other_dates), t.refusal,
  format('%s and %s of %s and %s are judged by their common dates',
    t.one, t.other, t.one_dates, t.other_dates)
)
from (
  values
    ('{}', '{}', ',2026-12-10', '2026-12-11,', null),
    ('{}', '{}', ',2026-12-11', '2026-12-11,', '400 invalid_input: p_priority'),
    ('{}', '{}', ',2026-12-10', ',2026-12-31', '400 invalid_input: p_priority'),
    ('{}', '{}', '2026-12-10,', '2026-12-31,', '400 invalid_input: p_priority'),
    -- the 11th is a Friday
    ('{"days": [5]}', '{"days": [5, 6]}', ',2026-12-11', '2026-12-11,',
      '400 invalid_input: p_priority'),
    ('{"days": [6]}', '{"days": [5, 6]}', ',2026-12-11', '2026-12-11,', null),
    ('{"days": [4]}', '{"days": [4, 6]}', ',2026-12-17', '2026-12-11,',
      '400 invalid_input: p_priority'),
    ('{"days": [1]}', '{"days": [1, 6]}', ',2026-12-10', ',2026-12-31',
      '400 invalid_input: p_priority'),
    ('{"days": [4]}', '{"times": [{"start_time": "09:00", "end_time": "12:00"}]}', ',2026-12-16',
      '2026-12-11,', null)
) t (one, other, one_dates, other_dates, refusal);
select is(
  pg_temp.second(
    jsonb_build_object('services', jsonb_build_array(:'haircut', :'color')),
    jsonb_build_object('services', jsonb_build_array(upper(:'color')))),
  '400 invalid_input: p_priority', 'rules of one rank that share a service are refused'
);
select is(
  pg_temp.second(
    jsonb_build_object('services', jsonb_build_array(:'haircut')),
    jsonb_build_object('services', jsonb_build_array(:'color'))),
  null, 'rules for other services are accepted'
);
select is(
  pg_temp.second(
    jsonb_build_object('staff', jsonb_build_array(:'anna', :'ben')),
    jsonb_build_object('staff', jsonb_build_array(:'ben'))),
  '400 invalid_input: p_priority', 'rules of one rank that share a member of staff are refused'
);
select is(
  pg_temp.second(
    jsonb_build_object('staff', jsonb_build_array(:'anna')),
    jsonb_build_object('staff', jsonb_build_array(:'ben'))),
  null, 'rules for other staff are accepted'
);
select is(
  pg_temp.second(
    jsonb_build_object('services', jsonb_build_array(:'haircut')),
    jsonb_build_object('staff', jsonb_build_array(:'ben'))),
  '400 invalid_input: p_priority', 'a service and a member of staff can meet'
);

select schnittwerk.save_price_rule('One', 'time', '{"days": [1]}', '{"amount": 1}')
  #>> '{price_rule,id}' as one \gset
select is(
  schnittwerk.save_price_rule('Two', 'time', '{"days": [1]}', '{"amount": 1}')
    #>> '{details,0,message}',
  'Some bookings meet both this rule and "One", which has the priority 0 and as many conditions '
    'too: give one of them another p_priority',
  'the refusal names the other rule and the remedy'
);
select is(
  pg_temp.refusal(
    schnittwerk.save_price_rule('Demand', 'demand', '{"days": [1]}', '{"amount": 1}')),
  null, 'rules of two kinds may overlap'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Ten', 'time', '{"days": [1]}', '{"amount": 1}', 10)),
  null, 'rules of two priorities may overlap'
);
select schnittwerk.save_price_rule(
  'Two', 'time', '{"days": [1]}', '{"amount": 1}', p_is_active => false) as answer \gset
select is(pg_temp.refusal(:'answer'), null, 'an inactive rule may overlap');
select is(
  pg_temp.refusal(schnittwerk.save_price_rule(null, null, null, null, p_is_active => true,
    p_id => (:'answer'::jsonb #>> '{price_rule,id}')::uuid)),
  '400 invalid_input: p_priority', 'an inactive rule that overlaps cannot be made active'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('One', null, '{"days": [1, 2]}', null, p_id => :'one')),
  null, 'a rule does not overlap itself'
);
select is(
  pg_temp.refusal(schnittwerk.save_price_rule(null, null, null, null, 10, p_id => :'one')),
  '400 invalid_input: p_priority', 'a change of the priority is refused if it then overlaps'
);
select schnittwerk.save_price_rule('One', null, null, null, p_is_active => false, p_id => :'one')
  \g /dev/null
select is(
  pg_temp.refusal(schnittwerk.save_price_rule(null, null, null, null, p_is_active => true,
    p_id => (:'answer'::jsonb #>> '{price_rule,id}')::uuid)),
  null, 'a rule may take the place of one that is not active any more'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Ten', 'time', '{"days": [1]}', '{"amount": 1}', 10,
    p_salon_id => :'second')),
  null, 'rules of two salons do not overlap'
);

select * from finish();
rollback;
