create function schnittwerk_core.set_policy(
  p_policy_key text, p_policy_value jsonb, p_is_active boolean, p_salon_id uuid
)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'set_policy', p_salon_id, '{admin}');
  v_policy jsonb;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.fault(
        'p_policy_key',
        not exists (
          select from schnittwerk_core.policy_definition d where d.policy_key = p_policy_key
        ),
        'unknown_policy',
        format('There is no policy "%s"; list_policies() shows all', left(p_policy_key, 100))),
      schnittwerk_core.policy_value_fault(p_policy_key, p_policy_value),
      schnittwerk_core.required_fault('p_is_active', p_is_active is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.lock_staff(v_caller.salon_id);
      insert into schnittwerk_core.booking_policies (salon_id, policy_key, policy_value, is_active)
      values (v_caller.salon_id, p_policy_key, p_policy_value, p_is_active)
      on conflict (salon_id, policy_key) do update
      set policy_value = excluded.policy_value, is_active = excluded.is_active;
      select to_jsonb(p) into v_policy
      from schnittwerk_core.policies(v_caller.salon_id) p
      where p.policy_key = p_policy_key;
      v_caller.answer := schnittwerk_core.success('policy', v_policy);
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.set_policy(text, jsonb, boolean, uuid) is
  'Engine of schnittwerk.set_policy.';

revoke execute on function schnittwerk_core.set_policy from public;
grant execute on function schnittwerk_core.set_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.set_policy(
  p_policy_key text,
  p_policy_value jsonb,
  p_is_active boolean default true,
  p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.set_policy(p_policy_key, p_policy_value, p_is_active, p_salon_id);

comment on function schnittwerk.set_policy(text, jsonb, boolean, uuid) is
  'Sets a booking policy. Answers {"policy"}, in the form of list_policies. For admins. p_policy_value: a JSON number or boolean, of the type and in the range that list_policies shows. p_is_active: false makes the default hold. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.set_policy from public;
grant execute on function schnittwerk.set_policy
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
