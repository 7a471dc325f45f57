begin;
select plan(12);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.save_service('Beard', 20, 25)$$), 'admin service',
  'admins save services'
);
select is(
  pg_temp.refusal(schnittwerk.save_service('', 0, -1, ' ', -1, 1441)),
  '400 invalid_input: p_name, p_duration_minutes, p_base_price, p_category, '
  || 'p_buffer_before_minutes, p_buffer_after_minutes', 'all faults at once'
);
select is(
  pg_temp.refusal(schnittwerk.save_service(null, null, null)),
  '400 invalid_input: p_name, p_duration_minutes, p_base_price', 'what is needed'
);
select is(
  pg_temp.refusal(schnittwerk.save_service('Beard', 1441, p)),
  '400 invalid_input: p_duration_minutes, p_base_price', format('a price of %s', p)
)
from unnest('{NaN,Infinity,100000000,1.005}'::numeric[]) p;
select schnittwerk.save_service('Haircut', 20, 25) as answer \gset
select is(pg_temp.refusal(:'answer'), '400 invalid_input: p_name', 'a name can be had once');
select is(
  pg_temp.refusal(schnittwerk.save_service('Color', 20, 25, p_id => :'haircut')),
  '400 invalid_input: p_name', 'by a change neither'
);
select is(
  pg_temp.refusal(schnittwerk.save_service('Beard', 20, 25, p_id => :'anna')), '404 not_found',
  'an unknown id'
);
select schnittwerk.save_salon('Second', 'UTC') #>> '{salon,id}' as second \gset
select is(
  pg_temp.refusal(
    schnittwerk.save_service('Haircut', 20, 25, p_id => :'haircut', p_salon_id => :'second')),
  '404 not_found', 'another salon''s service is unknown'
);
select is(
  schnittwerk.save_service('Haircut', 20, 25, p_salon_id => :'second') ->> 'success', 'true',
  'another salon may use the name'
);

select * from finish();
rollback;
