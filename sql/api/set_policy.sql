create function schnittwerk.set_policy(
  p_policy_key text,
  p_policy_value jsonb,
  p_is_active boolean default true,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.log_write('set_policy', p_salon_id, schnittwerk_core.set_policy(
  p_policy_key, p_policy_value, p_is_active, p_salon_id
));

comment on function schnittwerk.set_policy(text, jsonb, boolean, uuid) is
  'Sets a booking policy and answers {"policy"}, as list_policies shows it. p_policy_value: a JSON number or boolean of the type and in the range that list_policies gives; with p_is_active false the default holds. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited.';

revoke execute on function schnittwerk.set_policy from public;
grant execute on function schnittwerk.set_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
