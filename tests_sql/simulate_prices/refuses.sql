begin;
select plan(22);
\ir ../fixture.psql
\ir ../refused.psql
select is(
  pg_temp.refused($$select schnittwerk.simulate_prices(null, null, null)$$),
  '400 invalid_input: p_from, p_to', 'both dates are required'
);
select is(
  pg_temp.refused(
    $$select schnittwerk.simulate_prices('{}', '2026-12-02', '2027-03-04')$$),
  '400 invalid_input: p_to, p_rules', 'at most 92 days; the rules are a list'
);
select is(
  pg_temp.refused(format(
    $$select schnittwerk.simulate_prices(%L, '2026-12-02', '2026-12-02')$$,
    (select jsonb_agg(jsonb_build_object('name', 'Rule ' || n, 'kind', 'promotion', 'conditions',
      jsonb_build_object('code', 'CODE-' || n), 'adjustment', jsonb '{"amount": 1}'))
    from generate_series(1, t.n) n))),
  t.refusal, t.description
)
from (
  values
    (200, null, 'a list may have as many rules as a salon'),
    (201, '400 invalid_input: p_rules', 'a list may not have more rules than a salon'),
    (1001, '400 invalid_input: p_rules', 'a very long list has one fault')
) t (n, refusal, description);

create temp table sound (rule jsonb);
insert into sound values ('{"name": "Rule", "kind": "time", "adjustment": {"amount": 1}}');
select is(
  pg_temp.refused(format(
    $$select schnittwerk.simulate_prices(%L, '2026-12-02', '2026-12-02')$$,
    jsonb_build_array(s.rule, s.rule || '{"name": "Other", "priority": 1}' || t.rule::jsonb))),
  '400 invalid_input: ' || t.faults, 'a rule is refused by its path: ' || t.description
)
from sound s
cross join (
  values
    ('{"nme": "x"}', 'p_rules[1].nme', 'an unknown key'),
    ('{"name": ""}', 'p_rules[1].name', 'no name'),
    ('{"name": " Rule "}', 'p_rules[1].name', 'the name of another rule in the list'),
    ('{"kind": "peak"}', 'p_rules[1].kind', 'an unknown kind'),
    ('{"kind": null}', 'p_rules[1].kind', 'no kind'),
    ('{"id": "x"}', 'p_rules[1].id', 'no id'),
    ('{"priority": 1001}', 'p_rules[1].priority', 'a priority out of range'),
    ('{"priority": 0}', 'p_rules[1].priority', 'an overlap with another rule in the list'),
    ('{"is_active": "yes"}', 'p_rules[1].is_active', 'no boolean'),
    ('{"valid_from": "2026-02-30"}', 'p_rules[1].valid_from', 'no date'),
    ('{"valid_from": "2026-02-03", "valid_until": "2026-02-02"}', 'p_rules[1].valid_until',
      'an end before the beginning'),
    ('{"adjustment": {"percent": 5, "amount": 5}}', 'p_rules[1].adjustment', 'two adjustments'),
    ('{"adjustment": {"percent": -101}}', 'p_rules[1].adjustment.percent', 'too low a percentage'),
    ('{"conditions": {"times": [{"start_time": "10:00", "end_time": "09:00"}]}}',
      'p_rules[1].conditions.times[0].end_time', 'a time that ends before it starts'),
    ('{"conditions": {"days": [7]}}', 'p_rules[1].conditions.days[0]', 'no weekday'),
    ('{"conditions": {"services": ["00000000-0000-4000-8000-000000000009"]}}',
      'p_rules[1].conditions.services[0]', 'an unknown service'),
    ('{"conditions": {"code": "HELLO"}}', 'p_rules[1].conditions.code', 'a code of no promotion')
) t (rule, faults, description);

select * from finish();
rollback;
