create function schnittwerk_core.offered_staff(p_salon_id uuid, p_customer_id uuid)
returns uuid[]
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return array(
    select o.staff_id
    from schnittwerk_core.waitlist w
    join schnittwerk_core.waitlist_offer o on o.salon_id = w.salon_id and o.entry_id = w.id
    where w.salon_id = p_salon_id and w.customer_id = p_customer_id and o.status = 'open'
  );
end
$$;

comment on function schnittwerk_core.offered_staff(uuid, uuid) is
  'The staff whose time the offers to a customer hold, including expired offers that have not been ended yet. Callers lock their time before the entries.';

revoke execute on function schnittwerk_core.offered_staff from public;
