begin;
select plan(22);
\ir ../fixture.psql
select is(
  pg_temp.who_may($$select schnittwerk.set_policy('max_reschedules', '1')$$), 'admin service',
  'only admins and the service set policies'
);
select is(
  pg_temp.refusal(schnittwerk.set_policy('no_such_policy', '1', null)),
  '400 invalid_input: p_policy_key, p_is_active',
  'an unknown policy and a null p_is_active are refused'
);
select is(
  schnittwerk.set_policy('no_such_policy', '1') #>> '{details,0,message}',
  'There is no policy "no_such_policy"; list_policies() shows all',
  'the refusal of an unknown policy names list_policies()'
);
select is(
  pg_temp.refusal(schnittwerk.set_policy(null, '1')), '400 invalid_input: p_policy_key',
  'a policy key is required'
);
select is(
  pg_temp.refusal(schnittwerk.set_policy(p.key, p.value)), '400 invalid_input: p_policy_value',
  format('%s = %s is refused', p.key, coalesce(left(p.value::text, 30), 'SQL null'))
)
from (
  values
    ('max_reschedules', '"4"'::jsonb), ('max_reschedules', '-1'), ('max_reschedules', '1.5'),
    ('max_reschedules', '1001'), ('max_reschedules', 'null'), ('max_reschedules', null),
    ('max_reschedules', 'true'), ('max_reschedules', '[]'), ('max_reschedules', '{}'),
    ('cancellation_deadline_hours', '"NaN"'), ('cancellation_deadline_hours', '-0.1'),
    ('cancellation_deadline_hours', '8760.5'), ('advance_booking_limit_days', '0'),
    ('advance_booking_limit_days', '30.0'), ('advance_booking_limit_days', '1e400'),
    ('double_booking_prevention', '1'), ('double_booking_prevention', '"true"')
) p (key, value);
select is(
  schnittwerk.get_booking_policy('max_reschedules'), '3', 'a refused value changes nothing');

select * from finish();
rollback;
