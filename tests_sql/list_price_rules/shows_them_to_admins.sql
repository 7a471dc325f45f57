begin;
select plan(4);
\ir ../fixture.psql
select is(
  pg_temp.who_may('select * from schnittwerk.list_price_rules()'), 'admin service',
  'only admins and the service list price rules'
);
select is_empty('select from schnittwerk.list_price_rules()', 'a salon has no price rules at first');
select schnittwerk.save_price_rule(
  r.name, r.kind, r.conditions::jsonb, '{"amount": 1}', r.priority, '2026-12-02', '2026-12-03',
  r.is_active)
from (
  values
    ('e', 'promotion', '{"code": "WELCOME"}', 1000, true),
    ('d', 'demand', '{}', 0, true),
    ('c', 'lead_time', '{}', 0, false),
    ('b', 'lead_time', '{}', 0, true),
    ('z', 'lead_time', '{"days": [1]}', 0, true),
    ('y', 'lead_time', '{}', 5, true),
    ('a', 'time', '{}', 0, true)
) r (name, kind, conditions, priority, is_active) \g /dev/null
select is(
  array(select name from schnittwerk.list_price_rules()), '{a,y,z,b,c,d,e}',
  'rules are listed by kind, and in each the one first that goes before the others'
);
select results_eq(
  $$
    select name, kind, conditions, adjustment, priority, valid_from, valid_until, is_active
    from schnittwerk.list_price_rules()
    where name = 'e'
  $$,
  $$values ('e', 'promotion', jsonb '{"code": "WELCOME"}', jsonb '{"amount": 1}', 1000,
    date '2026-12-02', date '2026-12-03', true)$$,
  'list_price_rules shows what save_price_rule takes'
);

select * from finish();
rollback;
