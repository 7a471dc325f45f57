create function schnittwerk_core.hold_entries(p_salon_id uuid, p_customer_id uuid)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select count(*)
    from (
      select
      from schnittwerk_core.waitlist w
      where w.salon_id = p_salon_id and w.customer_id = p_customer_id
        and w.status in ('active', 'notified')
      for no key update skip locked
    ) held
  ) = (
    select count(*)
    from schnittwerk_core.waitlist w
    where w.salon_id = p_salon_id and w.customer_id = p_customer_id
      and w.status in ('active', 'notified')
  );
end
$$;

comment on function schnittwerk_core.hold_entries(uuid, uuid) is
  'Locks all open waitlist entries of a customer, so that two simultaneous offers cannot exceed a limit together. Waits for no lock: if another transaction holds an entry, it returns false, and the caller goes on to the next customer.';

revoke execute on function schnittwerk_core.hold_entries from public;
