create function schnittwerk_core.may_know_customer(
  p_caller schnittwerk_core.caller, p_customer_id uuid
)
returns boolean
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return exists (
    select from schnittwerk_core.customers c
    where c.salon_id = p_caller.salon_id and c.id = p_customer_id
      and (schnittwerk_core.is_of_salon(p_caller) or c.profile_id = p_caller.user_id)
  );
end
$$;

comment on function schnittwerk_core.may_know_customer(schnittwerk_core.caller, uuid) is
  'Whether a customer with this id exists and the caller may see them: the salon team sees all, a customer only themselves.';

revoke execute on function schnittwerk_core.may_know_customer from public;
