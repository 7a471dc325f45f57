create function schnittwerk_core.contact_of(
  p_caller schnittwerk_core.caller, p_customer_id uuid
)
returns uuid
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
declare
  v_id uuid;
begin
  select c.id into v_id
  from schnittwerk_core.customers c
  where c.salon_id = (p_caller).salon_id and c.erased_at is null
    and case when p_customer_id is null then c.profile_id = (p_caller).user_id
      else c.id = p_customer_id
        and (schnittwerk_core.is_of_salon(p_caller) or c.profile_id = (p_caller).user_id) end;
  if not found then
    perform schnittwerk_core.refuse('not_found', 'There is no such customer');
  end if;
  return v_id;
end
$$;

comment on function schnittwerk_core.contact_of(schnittwerk_core.caller, uuid) is
  'The customer whose contact preferences a call is about, null = the caller. Refuses with not_found if they do not exist or the caller may not see them.';

revoke execute on function schnittwerk_core.contact_of from public;
