create function schnittwerk_core.offered_resources(
  p_salon_id uuid, p_customer_id uuid, p_entry_id uuid default null
)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    with offer as (
      select o.staff_id, o.entry_id
      from schnittwerk_core.waitlist w
      join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
      where w.salon_id = p_salon_id and w.customer_id = p_customer_id and o.status = 'open'
        and coalesce(w.id = p_entry_id, true)
    )
    select o.staff_id
    from offer o
    union
    select mate.id
    from offer o
    join schnittwerk_core.occupancy c on c.salon_id = p_salon_id and c.claim_id = o.entry_id
    join schnittwerk_core.unit u on u.salon_id = c.salon_id and u.id = c.resource_id
    join schnittwerk_core.unit mate on mate.salon_id = u.salon_id and mate.pool = u.pool
  );
end
$$;

comment on function schnittwerk_core.offered_resources(uuid, uuid, uuid) is
  'The staff whose time the offers to a customer (p_entry_id: to one of their entries) hold, including expired offers that have not been ended yet, and all units of the pools of which they hold any. Callers lock these before the entries.';

revoke execute on function schnittwerk_core.offered_resources from public;
