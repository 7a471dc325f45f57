begin;
select plan(12);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.save_service('Beard', 20, 25)$$), 'admin service',
  'only admins and the service save services'
);
select is(
  pg_temp.refusal(schnittwerk.save_service('', 0, -1, ' ', -1, 1441)),
  '400 invalid_input: p_name, p_duration_minutes, p_base_price, p_category, '
  || 'p_buffer_before_minutes, p_buffer_after_minutes', 'one refusal names all invalid arguments'
);
select is(
  pg_temp.refusal(schnittwerk.save_service(null, null, null)),
  '400 invalid_input: p_name, p_duration_minutes, p_base_price',
  'a missing name, duration and price are refused'
);
select is(
  pg_temp.refusal(schnittwerk.save_service('Beard', 1441, p)),
  '400 invalid_input: p_duration_minutes, p_base_price', format('a price of %s is refused', p)
)
from unnest('{NaN,Infinity,100000000,1.005}'::numeric[]) p;
select schnittwerk.save_service('Haircut', 20, 25) as answer \gset
select is(pg_temp.refusal(:'answer'), '400 invalid_input: p_name',
  'the name of another service is refused');
select is(
  pg_temp.refusal(schnittwerk.save_service('Color', 20, 25, p_id => :'haircut')),
  '400 invalid_input: p_name', 'a change to the name of another service is refused'
);
select is(
  pg_temp.refusal(schnittwerk.save_service('Beard', 20, 25, p_id => :'anna')), '404 not_found',
  'an unknown service is not found'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.refusal(
    schnittwerk.save_service('Haircut', 20, 25, p_id => :'haircut', p_salon_id => :'second')),
  '404 not_found', 'a service of another salon is not found'
);
select is(
  schnittwerk.save_service('Haircut', 20, 25, p_salon_id => :'second') ->> 'success', 'true',
  'another salon may use the name of a service'
);

select * from finish();
rollback;
