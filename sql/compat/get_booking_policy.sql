create function schnittwerk.get_booking_policy(policy_key text, p_salon_id uuid default null)
returns text
language sql
stable
return schnittwerk_core.get_booking_policy(get_booking_policy.policy_key, p_salon_id);

comment on function schnittwerk.get_booking_policy(text, uuid) is
  'The original system''s look-up: the value of a policy as it holds, as text; null when there is no such policy. For everyone signed in. Raises not_authenticated, salon_required, invalid_input, not_found.';

revoke execute on function schnittwerk.get_booking_policy from public;
grant execute on function schnittwerk.get_booking_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
