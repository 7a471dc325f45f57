create function schnittwerk_core.policy_value(p_salon_id uuid, p_policy_key text)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return coalesce(
    (
      select p.policy_value
      from schnittwerk_core.booking_policies p
      where p.salon_id = p_salon_id and p.policy_key = p_policy_key and p.is_active
    ),
    (
      select d.default_value
      from schnittwerk_core.policy_definition d
      where d.policy_key = p_policy_key
    )
  );
end
$$;

comment on function schnittwerk_core.policy_value(uuid, text) is
  'The value of one policy as it holds in a salon: the salon''s active one, else the default.';

revoke execute on function schnittwerk_core.policy_value from public;
