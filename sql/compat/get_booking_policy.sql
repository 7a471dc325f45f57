create function schnittwerk_core.get_booking_policy(p_policy_key text, p_salon_id uuid)
returns text
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer,stranger}');
begin
  perform schnittwerk_core.require_valid(
    schnittwerk_core.text_fault('policy_key', p_policy_key, 100, false));
  return v_caller.policies ->> p_policy_key;
end
$$;

comment on function schnittwerk_core.get_booking_policy(text, uuid) is
  'Engine of schnittwerk.get_booking_policy.';

revoke execute on function schnittwerk_core.get_booking_policy from public;
grant execute on function schnittwerk_core.get_booking_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.get_booking_policy(policy_key text, p_salon_id uuid default null)
returns text
language sql
stable
return schnittwerk_core.get_booking_policy(get_booking_policy.policy_key, p_salon_id);

comment on function schnittwerk.get_booking_policy(text, uuid) is
  'The original system''s policy look-up: the value in force, as text; null for an unknown policy. For all signed-in users. Raises not_authenticated, salon_required, invalid_input, not_found.';

revoke execute on function schnittwerk.get_booking_policy from public;
grant execute on function schnittwerk.get_booking_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
