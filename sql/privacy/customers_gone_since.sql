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
  order by c.id;
end
$$;

comment on function schnittwerk_core.customers_gone_since(uuid, timestamptz, uuid) is
  'Customers who have not been erased, nor had an appointment or waited since an instant, nor were new; whose entries say that they wait still do, until process_waitlist ends them; none where that is null. p_customer_id: only whether this one.';

revoke execute on function schnittwerk_core.customers_gone_since from public;
