create function schnittwerk_core.is_first_visit(
  p_salon_id uuid, p_promotion_id uuid, p_customer_id uuid, p_exclude_claim_ids uuid[]
)
returns boolean
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return not exists (
    select from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.customer_id = p_customer_id
      and schnittwerk_core.is_live(a.status) and a.id <> all (p_exclude_claim_ids)
  ) and schnittwerk_core.promotion_uses(
    p_salon_id, p_promotion_id, p_customer_id, p_exclude_claim_ids) = 0;
end
$$;

comment on function schnittwerk_core.is_first_visit(uuid, uuid, uuid, uuid[]) is
  'Whether a promotion for first visits applies to a customer: they have no live or completed appointment, and have not used it. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.is_first_visit from public;
