create function schnittwerk_core.hold_customer(p_salon_id uuid, p_customer_id uuid)
returns boolean
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.customers c
  where c.salon_id = p_salon_id and c.id = p_customer_id and c.erased_at is null
  for key share;
  return found;
end
$$;

comment on function schnittwerk_core.hold_customer(uuid, uuid) is
  'Keeps a customer from being erased until the transaction ends, by the lock that whatever refers to them takes, and tells whether they are there and have not been. Before lock_resources.';

revoke execute on function schnittwerk_core.hold_customer from public;
