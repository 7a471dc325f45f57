create function schnittwerk_core.open_bookings(
  p_salon_id uuid, p_customer_id uuid, p_exclude_claim_ids uuid[] default '{}'
)
returns bigint
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select count(distinct coalesce(a.visit_id, a.id))
    from schnittwerk_core.appointments a
    where a.salon_id = p_salon_id and a.customer_id = p_customer_id
      and a.starts_at > schnittwerk_core.clock() and a.status in ('pending', 'confirmed')
  ) + (
    select count(*)
    from schnittwerk_core.held_slots(p_salon_id, p_customer_id, p_exclude_claim_ids)
  );
end
$$;

comment on function schnittwerk_core.open_bookings(uuid, uuid, uuid[]) is
  'How many future bookings a customer has, a visit counting as one, including the slots held for them (held_slots).';

revoke execute on function schnittwerk_core.open_bookings from public;
