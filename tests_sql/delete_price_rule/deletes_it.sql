begin;
select plan(7);
\ir ../fixture.psql
select schnittwerk.save_price_rule('Early', 'lead_time', null, '{"percent": -5}') -> 'price_rule'
  as rule \gset
select is(
  pg_temp.who_may(format(
    'select schnittwerk.delete_price_rule(%L)', :'rule'::jsonb ->> 'id')),
  'admin service', 'only admins and the service delete price rules'
);
select is(
  pg_temp.refusal(schnittwerk.delete_price_rule(null)), '400 invalid_input: p_price_rule_id',
  'an id is required'
);
select is(
  pg_temp.refusal(schnittwerk.delete_price_rule(:'anna')), '404 not_found',
  'an unknown price rule is not found'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.refusal(schnittwerk.delete_price_rule((:'rule'::jsonb ->> 'id')::uuid, :'second')),
  '404 not_found', 'a price rule of another salon is not found'
);
select is(
  schnittwerk.delete_price_rule((:'rule'::jsonb ->> 'id')::uuid, :'salon')
    - '{correlation_id,operation_id}'::text[],
  jsonb_build_object('success', true, 'replayed', false, 'http_status', 200,
    'price_rule', :'rule'::jsonb),
  'deleting answers the rule as it was'
);
select is_empty(
  format('select from schnittwerk.list_price_rules(%L)', :'salon'), 'a deleted rule is gone'
);
select is(
  (select has_price_rules from schnittwerk_core.salon_state where salon_id = :'salon'), false,
  'a salon whose last rule was deleted has no price rules'
);

select * from finish();
rollback;
