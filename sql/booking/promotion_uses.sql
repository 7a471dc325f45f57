create function schnittwerk_core.promotion_uses(
  p_salon_id uuid, p_promotion_id uuid, p_customer_id uuid, p_exclude_claim_ids uuid[]
)
returns bigint
language plpgsql
stable
parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select count(*)
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.promotion_id = p_promotion_id and a.status <> 'cancelled'
      and coalesce(a.customer_id = p_customer_id, true) and a.id <> all (p_exclude_claim_ids)
  ) + (
    select count(*)
    from schnittwerk_core.hold h
    where h.salon_id = p_salon_id and h.promotion_id = p_promotion_id
      and h.status = 'open' and h.expires_at > schnittwerk_core.clock()
      and coalesce(h.customer_id = p_customer_id, p_customer_id is null)
      and h.id <> all (p_exclude_claim_ids)
  );
end
$$;

comment on function schnittwerk_core.promotion_uses(uuid, uuid, uuid, uuid[]) is
  'How often a promotion has been used: by appointments that are not cancelled, and by open holds. p_customer_id: null means by everybody. The claims p_exclude_claim_ids do not count.';

revoke execute on function schnittwerk_core.promotion_uses from public;
