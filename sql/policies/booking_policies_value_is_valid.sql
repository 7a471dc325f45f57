create function schnittwerk_core.booking_policies_value_is_valid()
returns trigger
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_fault jsonb := schnittwerk_core.policy_value_fault(new.policy_key, new.policy_value);
begin
  if v_fault is not null then
    raise exception using
      errcode = 'check_violation', constraint = 'booking_policies_value_is_valid',
      message = v_fault ->> 'message',
      hint = 'list_policies() shows types and ranges.';
  end if;
  return new;
end
$$;

comment on function schnittwerk_core.booking_policies_value_is_valid() is
  'Refuses a policy value of the wrong type or range, also from direct SQL.';

revoke execute on function schnittwerk_core.booking_policies_value_is_valid from public;

create trigger booking_policies_value_is_valid
before insert or update of policy_key, policy_value on schnittwerk_core.booking_policies
for each row execute function schnittwerk_core.booking_policies_value_is_valid();
