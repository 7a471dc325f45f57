create function schnittwerk_core.price_rules(
  p_salon_id uuid, p_service_id uuid, p_promotion_ids uuid[]
)
returns schnittwerk_core.price_rule[]
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select r
    from schnittwerk_core.price_rule r
    where r.salon_id = p_salon_id and r.is_active
      and coalesce(r.conditions -> 'services' ? p_service_id::text, true)
      and (r.kind <> 'promotion' or r.id = any (p_promotion_ids))
    order by
      r.priority desc, (select count(*) from jsonb_object_keys(r.conditions)) desc, r.id
  );
end
$$;

comment on function schnittwerk_core.price_rules(uuid, uuid, uuid[]) is
  'The active price rules that a service can meet; of promotions only p_promotion_ids. Of two rules of a kind that a start meets, the first in this order applies.';

revoke execute on function schnittwerk_core.price_rules from public;
