create function schnittwerk_core.effective_policies(p_salon_id uuid)
returns jsonb
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select jsonb_object_agg(d.policy_key, coalesce(p.policy_value, d.default_value))
    from schnittwerk_core.policy_definition d
    left join schnittwerk_core.booking_policies p
      on p.salon_id = p_salon_id and p.policy_key = d.policy_key and p.is_active
  );
end
$$;

comment on function schnittwerk_core.effective_policies(uuid) is
  'The value of every policy as it holds in a salon: the salon''s active one, else the default.';

revoke execute on function schnittwerk_core.effective_policies from public;
