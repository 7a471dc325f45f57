begin;
select plan(20);
\ir ../fixture.psql
select is(
  schnittwerk.save_service('Beard', 20, 25, p_min_price => 20, p_max_price => 30.5) -> 'service'
    @> '{"min_price": 20.00, "max_price": 30.50}', true, 'a new service has the given limits'
);
select is(
  schnittwerk.save_service('Shave', 20, 25, p_min_price => 25, p_max_price => 25) ->> 'success',
  'true', 'the base price may be both limits'
);
select is(
  pg_temp.refusal(schnittwerk.save_service('Wash', 20, 25, p_min_price => t.min_price,
    p_max_price => t.max_price)), '400 invalid_input: ' || t.paths, t.description || ' is refused'
)
from (
  values
    (25.01, null, 'p_min_price', 'a new service below its min_price'),
    (null, 24.99, 'p_max_price', 'a new service above its max_price'),
    (30, 20, 'p_min_price, p_max_price', 'a min_price above the max_price'),
    (-1, 100000000, 'p_min_price, p_max_price', 'a limit that is no price'),
    (1.005, null, 'p_min_price', 'a limit of three decimals')
) t (min_price, max_price, paths, description);
select schnittwerk.save_service(null, null, null, p_min_price => 60, p_max_price => 90,
  p_id => :'haircut') as answer \gset
select is(
  :'answer'::jsonb -> 'service' @> '{"base_price": 75.00, "min_price": 60.00, "max_price": 90.00}',
  true, 'limits of a service can be set alone'
);
select is(
  schnittwerk.save_service(null, null, 80, p_id => :'haircut') -> 'service'
    @> '{"base_price": 80.00, "min_price": 60.00, "max_price": 90.00}',
  true, 'a change of the base price keeps the limits'
);
select is(
  schnittwerk.save_service(null, null, t.base_price, p_min_price => t.min_price,
    p_max_price => t.max_price, p_id => :'haircut') #>> '{details,0,message}',
  t.message, format('a change to %s is refused by its argument', t)
)
from (
  values
    (59, null, null, 'p_base_price must be at least 60.00, the min_price of the service'),
    (91, null, null, 'p_base_price must be at most 90.00, the max_price of the service'),
    (null, 81, null, 'p_min_price must be at most 80.00, the base price'),
    (null, null, 79, 'p_max_price must be at least 80.00, the base price'),
    (50, 55, null, 'p_min_price must be at most 50, the base price')
) t (base_price, min_price, max_price, message);
select is(
  schnittwerk.save_service(null, null, 50, p_min_price => 40, p_max_price => 60,
    p_id => :'haircut') ->> 'success', 'true', 'the base price and its limits can change together'
);
select is(
  pg_temp.refusal(schnittwerk.save_service(null, null, null, p_min_price => 1, p_id => :'haircut',
    p_clear => '{p_min_price}')), '400 invalid_input: p_clear',
  'a limit is either given or emptied'
);
select is(
  schnittwerk.save_service(null, null, 1000, p_id => :'haircut',
    p_clear => '{p_min_price,p_max_price}') -> 'service'
    @> '{"base_price": 1000.00, "min_price": null, "max_price": null}',
  true, 'limits can be emptied, and then bind no longer'
);
select is(
  pg_temp.refusal(schnittwerk.save_service(null, null, null, p_min_price => 5, p_id => :'anna')),
  '404 not_found', 'an unknown service has no limits to set'
);
select results_eq(
  $$select min_price, max_price from schnittwerk.list_services() where name in ('Beard', 'Haircut')$$,
  $$values (20.00, 30.50), (null::numeric, null::numeric)$$,
  'list_services shows the limits of prices'
);
select is(
  pg_temp.refusal(schnittwerk.set_staff_services(:'anna', (
    select jsonb_agg(jsonb_build_object('service_id', v.id, 'custom_price', 100))
    from schnittwerk.list_services() v where v.name = 'Beard'))),
  null, 'a member of staff may have a price outside the limits'
);

select * from finish();
rollback;
