create function schnittwerk_core.list_policies(p_salon_id uuid)
returns table (
  policy_key text,
  policy_value jsonb,
  default_value jsonb,
  value_type text,
  minimum numeric,
  maximum numeric,
  description text,
  is_active boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_caller schnittwerk_core.caller := schnittwerk_core.enter(
    p_salon_id, '{admin,receptionist,staff,customer,stranger}');
begin
  return query
  select p.* from schnittwerk_core.policies(v_caller.salon_id) p order by p.policy_key;
end
$$;

comment on function schnittwerk_core.list_policies(uuid) is 'Engine of schnittwerk.list_policies.';

revoke execute on function schnittwerk_core.list_policies from public;
grant execute on function schnittwerk_core.list_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;

create function schnittwerk.list_policies(p_salon_id uuid default null)
returns table (
  policy_key text,
  policy_value jsonb,
  default_value jsonb,
  value_type text,
  minimum numeric,
  maximum numeric,
  description text,
  is_active boolean
)
language sql
stable
begin atomic
  select
    r.policy_key, r.policy_value, r.default_value, r.value_type, r.minimum, r.maximum,
    r.description, r.is_active
  from schnittwerk_core.list_policies(p_salon_id) r;
end;

comment on function schnittwerk.list_policies(uuid) is
  'Every booking policy by key: the salon''s value (else the default), the default, type (number, integer, boolean), range, and meaning with its unit. If is_active is false, the default holds. For all signed-in users. Raises not_authenticated, salon_required, not_found.';

revoke execute on function schnittwerk.list_policies from public;
grant execute on function schnittwerk.list_policies
  to schnittwerk_anon, schnittwerk_user, schnittwerk_service;
