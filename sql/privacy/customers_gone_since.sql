create function schnittwerk_core.customers_gone_since(
  p_salon_id uuid, p_before timestamptz, p_customer_id uuid default null
)
returns setof uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return query
  select c.id
  from schnittwerk_core.customers c
  where c.salon_id = p_salon_id and (p_customer_id is null or c.id = p_customer_id)
    and c.erased_at is null and c.created_at < p_before
    and not exists (
      select from schnittwerk_core.appointments a
      where a.salon_id = c.salon_id and a.customer_id = c.id and a.ends_at >= p_before
    )
    and not exists (
      select from schnittwerk_core.waitlist w
      join schnittwerk_core.salon s on s.id = w.salon_id
      where w.salon_id = c.salon_id and w.customer_id = c.id and (
        w.created_at >= p_before
        or w.status in ('active', 'notified')
        or w.preferred_end_date >= (p_before at time zone s.time_zone)::date
      )
    )
    and not exists (
      select from schnittwerk_core.hold h
      where h.salon_id = c.salon_id and h.customer_id = c.id and h.expires_at >= p_before
    )
  order by c.id;
end
$$;

comment on function schnittwerk_core.customers_gone_since(uuid, timestamptz, uuid) is
  'Customers, not erased, who were created before an instant and since then have had no appointment or hold and have not waited. Waitlist entries count until process_waitlist ends them. None if the instant is null. p_customer_id: checks only this customer.';

revoke execute on function schnittwerk_core.customers_gone_since from public;
