create function schnittwerk_core.own_customer(p_caller schnittwerk_core.caller)
returns uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  return (
    select c.id
    from schnittwerk_core.customers c
    where c.salon_id = p_caller.salon_id and c.profile_id = p_caller.user_id
  );
end
$$;

comment on function schnittwerk_core.own_customer(schnittwerk_core.caller) is
  'The customer who is the caller; null if there is none.';

revoke execute on function schnittwerk_core.own_customer from public;
