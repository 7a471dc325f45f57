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
  'Keeps a customer from being erased until the transaction ends, by the lock that foreign keys take. Returns false if they do not exist or have been erased. Call it before lock_resources.';

revoke execute on function schnittwerk_core.hold_customer from public;
