begin;
select plan(16);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.who_may('select * from schnittwerk.list_customers()'),
  'customer staff receptionist admin service', 'customers and the salon team may list customers'
);
select schnittwerk.save_customer('Émile 100%', null, '+41 44 333 33 33', p_notes => 'moody')
  \g /dev/null
select schnittwerk.save_customer('Carla', 'carla@example.com', '+41 44 111 11 11', :'carla_user',
  'pays late', :'carla') \g /dev/null
select results_eq(
  'select full_name, notes from schnittwerk.list_customers()',
  $$values ('Carla', 'pays late'), ('Dora', null), ('Émile 100%', 'moody')$$,
  'customers are listed by name, with the salon''s notes'
);
select results_eq(
  format('select full_name from schnittwerk.list_customers(%L)', s.search), s.found,
  format('a search for %s finds %s', s.search, s.found)
)
from (
  values
    ('EMILE', '{Émile 100%}'::text[]), ('éMIL', '{Émile 100%}'), ('DORA@', '{Dora}'),
    ('333', '{Émile 100%}'), ('example', '{Carla,Dora}'), ('%', '{Émile 100%}'), ('_', '{}')
) s (search, found);
select results_eq(
  'select full_name from schnittwerk.list_customers(p_limit => 1)', '{Carla}'::text[],
  'p_limit bounds the list');
select is(
  pg_temp.refused($$select schnittwerk.list_customers(' ', 0)$$),
  '400 invalid_input: p_search, p_limit', 'one refusal names all invalid arguments'
);
select is(
  pg_temp.refused('select schnittwerk.list_customers(p_limit => ' || coalesce(l, 'null') || ')'),
  '400 invalid_input: p_limit', 'a limit of ' || coalesce(l, 'null') || ' is refused'
)
from unnest('{null,-1,1001}'::text[]) l;
select pg_temp.become_user(:'carla_user');
select results_eq(
  'select * from schnittwerk.list_customers()',
  format($$values (
    %L::uuid, 'Carla', 'carla@example.com', '+41 44 111 11 11', %L::uuid, null::text,
    timestamptz '2026-12-01 07:00+00', null::uuid[]
  )$$, :'carla', :'carla_user'), 'a customer sees themselves, without the notes'
);
select is_empty(
  $$select * from schnittwerk.list_customers('Dora')$$, 'a customer finds nobody else');

select * from finish();
rollback;
