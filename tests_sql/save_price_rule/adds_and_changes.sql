begin;
select plan(18);
\ir ../fixture.psql
select pg_temp.become_user(:'admin_user') \g /dev/null
select schnittwerk.save_price_rule(' Quiet mornings ', 'time', '{"days": [2]}', '{"percent": -20}')
  as answer \gset
select is(:'answer'::jsonb ->> 'http_status', '201', 'adding a price rule answers 201');
select is(
  (:'answer'::jsonb -> 'price_rule') - 'id',
  jsonb_build_object('salon_id', :'salon', 'name', 'Quiet mornings', 'kind', 'time',
    'conditions', jsonb '{"days": [2]}', 'adjustment', jsonb '{"percent": -20}', 'priority', 0,
    'valid_from', null, 'valid_until', null, 'is_active', true,
    'created_at', '2026-12-01T07:00:00Z'),
  'a new price rule is active, has the priority 0 and no dates'
);
select :'answer'::jsonb #>> '{price_rule,id}' as quiet \gset
select schnittwerk.save_price_rule(
  'Welcome', 'promotion',
  jsonb_build_object(
    'services', jsonb_build_array(upper(:'color'), :'haircut', :'color'),
    'staff', jsonb_build_array(:'ben', :'anna', :'ben'),
    'days', jsonb '[6, 0, 6, 1]',
    'times', jsonb '[{"start_time": "15:00", "end_time": "24:00"},
      {"start_time": "09:00", "end_time": "12:00"}, {"start_time": "09:00", "end_time": "11:30"},
      {"start_time": "15:00", "end_time": "24:00"}]',
    'lead_hours', jsonb '{"min": 0.50, "max": 24.0}',
    'booked_percent', jsonb '{"max": 40.0, "min": null}',
    'code', e' wel\tcome-1 ', 'first_visit', true, 'max_uses', 100, 'max_uses_per_customer', 1
  ),
  '{"amount": -5.50, "percent": null}', 10, '2026-12-01', '2026-12-31', false
) as answer \gset
select is(
  :'answer'::jsonb #> '{price_rule,conditions}',
  jsonb_build_object(
    'services', to_jsonb(array(select unnest(array[:'color', :'haircut']::uuid[]) order by 1)),
    'staff', to_jsonb(array(select unnest(array[:'anna', :'ben']::uuid[]) order by 1)),
    'days', jsonb '[0, 1, 6]',
    'times', jsonb '[{"start_time": "09:00", "end_time": "11:30"},
      {"start_time": "09:00", "end_time": "12:00"}, {"start_time": "15:00", "end_time": "24:00"}]',
    'lead_hours', jsonb '{"min": 0.5, "max": 24}',
    'booked_percent', jsonb '{"max": 40}',
    'code', 'WELCOME-1', 'first_visit', true, 'max_uses', 100, 'max_uses_per_customer', 1
  ),
  'lists are kept in order and without repetition, a code in upper case'
);
select is(
  (:'answer'::jsonb #> '{price_rule,conditions}')::text ~ '"lead_hours": {"max": 24, "min": 0.5}',
  true, 'numbers are kept without needless zeros'
);
select is(
  (:'answer'::jsonb -> 'price_rule') - '{id,salon_id,conditions,created_at}'::text[],
  '{"name": "Welcome", "kind": "promotion", "adjustment": {"amount": -5.5}, "priority": 10,
    "valid_from": "2026-12-01", "valid_until": "2026-12-31", "is_active": false}',
  'a new price rule has what is given'
);
select is(
  (:'answer'::jsonb #> '{price_rule,adjustment}')::text, '{"amount": -5.5}',
  'an amount is kept without needless zeros'
);
select :'answer'::jsonb #>> '{price_rule,id}' as welcome \gset
select schnittwerk.save_price_rule(null, null, null, '{"price": 49}', p_id => :'welcome')
  as changed \gset
select is(:'changed'::jsonb ->> 'http_status', '200', 'changing a price rule answers 200');
select is(
  :'changed'::jsonb -> 'price_rule',
  :'answer'::jsonb -> 'price_rule' || '{"adjustment": {"price": 49}}',
  'a change keeps what is not given'
);
select is(
  schnittwerk.save_price_rule('Hello', 'promotion', '{"code": "HELLO"}', null, 7, '2026-12-02',
    '2026-12-03', true, :'welcome') -> 'price_rule',
  :'changed'::jsonb -> 'price_rule' || '{"name": "Hello", "conditions": {"code": "HELLO"},
    "priority": 7, "valid_from": "2026-12-02", "valid_until": "2026-12-03", "is_active": true}',
  'all of a price rule but its kind can change'
);
select is(
  schnittwerk.save_price_rule(null, null, null, null, p_id => :'welcome',
    p_clear => '{p_conditions,p_valid_from,p_valid_until}') -> 'price_rule'
    @> '{"name": "Hello", "conditions": {}, "valid_from": null, "valid_until": null}',
  true, 'p_clear empties the conditions and the dates'
);
select is(
  schnittwerk.save_price_rule('Always', 'demand', null, '{"percent": 0}')
    #> '{price_rule,conditions}',
  '{}', 'a rule without conditions applies always'
);
select is(
  schnittwerk.save_price_rule('Quiet mornings', null, null, null, p_id => :'quiet')
    ->> 'success',
  'true', 'a price rule may keep its own name'
);
select pg_temp.become_superuser() \g /dev/null
select is(
  pg_temp.who_may(
    $$select schnittwerk.save_price_rule('Any', 'lead_time', null, '{"amount": 1}')$$),
  'admin service', 'only admins and the service save price rules'
);
select results_eq(
  format($$
    select a.action, a.role, a.before from schnittwerk_core.audit a
    where a.table_name = 'price_rule' and a.row_key ->> 'id' = %L order by a.number limit 2
  $$, :'welcome'),
  $$values ('insert', 'admin', null::jsonb), ('update', 'admin', '{"adjustment": {"amount": -5.5}}')$$,
  'changes of a price rule are in the audit'
);
select is(
  (select has_price_rules from schnittwerk_core.salon_state where salon_id = :'salon'), true,
  'the salon has price rules then'
);
select schnittwerk.save_price_rule(null, null, null, null, p_is_active => false, p_id => r.id)
from schnittwerk.list_price_rules() r \g /dev/null
select is(
  (select has_price_rules from schnittwerk_core.salon_state where salon_id = :'salon'), false,
  'a salon has no price rules if they are all inactive'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.refusal(schnittwerk.save_price_rule('Hello', null, null, null, p_id => :'welcome',
    p_salon_id => :'second')), '404 not_found', 'a price rule of another salon is not found'
);
select is(
  schnittwerk.save_price_rule('Hello', 'promotion', null, '{"amount": 1}',
    p_salon_id => :'second') ->> 'success', 'true', 'another salon may use the name of a price rule'
);

select * from finish();
rollback;
