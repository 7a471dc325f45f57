create function schnittwerk_core.require_customer(
  p_caller schnittwerk_core.caller, p_customer_id uuid
)
returns uuid
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  perform from schnittwerk_core.customers c
  where c.salon_id = p_caller.salon_id and c.id = p_customer_id and c.erased_at is null
    and (schnittwerk_core.is_of_salon(p_caller) or c.profile_id = p_caller.user_id)
  for key share;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  end if;
  return p_customer_id;
end
$$;

comment on function schnittwerk_core.require_customer(schnittwerk_core.caller, uuid) is
  'Refuses with not_found if the customer does not exist or the caller may not see them. Keeps the customer from being erased until the transaction ends, by the lock that foreign keys take. Call it before lock_resources.';

revoke execute on function schnittwerk_core.require_customer from public;
