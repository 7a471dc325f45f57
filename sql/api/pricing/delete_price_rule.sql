create function schnittwerk_core.delete_price_rule(p_price_rule_id uuid, p_salon_id uuid)
returns jsonb
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.begin_call(
    'delete_price_rule', p_salon_id, '{admin}');
  v_rule schnittwerk_core.price_rule;
  v_detail text;
  v_constraint text;
begin
  if v_caller.answer is null then
    v_caller := schnittwerk_core.check_call(
      v_caller,
      schnittwerk_core.required_fault('p_price_rule_id', p_price_rule_id is null)
    );
  end if;
  if v_caller.answer is null then
    begin
      perform schnittwerk_core.lock_staff(v_caller.salon_id);
      delete from schnittwerk_core.price_rule r
      where r.salon_id = v_caller.salon_id and r.id = p_price_rule_id
      returning r.* into v_rule;
      if not found then
        perform schnittwerk_core.refuse('not_found', 'There is no such price rule');
      end if;
      v_caller.answer := schnittwerk_core.success(
        'price_rule', schnittwerk_core.price_rule_json(v_rule));
    exception when sqlstate 'PT000' or integrity_constraint_violation then
      get stacked diagnostics v_detail = pg_exception_detail, v_constraint = constraint_name;
      v_caller := schnittwerk_core.refused(v_caller, sqlstate, sqlerrm, v_detail, v_constraint);
    end;
  end if;
  return schnittwerk_core.finish_call(v_caller);
end
$$;

comment on function schnittwerk_core.delete_price_rule(uuid, uuid) is
  'Engine of schnittwerk.delete_price_rule.';

revoke execute on function schnittwerk_core.delete_price_rule from public;
grant execute on function schnittwerk_core.delete_price_rule
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.delete_price_rule(
  p_price_rule_id uuid, p_salon_id uuid default null
)
returns jsonb
language sql
volatile
return schnittwerk_core.delete_price_rule(p_price_rule_id, p_salon_id);

comment on function schnittwerk.delete_price_rule(uuid, uuid) is
  'Deletes a price rule. Answers {"price_rule"} as it was. Appointments and holds keep their price. For admins. Refusals: not_authenticated, salon_required, forbidden, invalid_input, rate_limited, not_found.';

revoke execute on function schnittwerk.delete_price_rule from public;
grant execute on function schnittwerk.delete_price_rule
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
