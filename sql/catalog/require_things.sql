create function schnittwerk_core.require_things(
  p_caller schnittwerk_core.caller, p_customer_id uuid, p_service_id uuid, p_staff_id uuid
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_details constant text :=
    schnittwerk_core.unknown_thing(p_caller, p_customer_id, p_service_id, p_staff_id);
begin
  if v_details is not null then
    perform schnittwerk_core.refuse('not_found', v_details);
  end if;
end
$$;

comment on function schnittwerk_core.require_things(schnittwerk_core.caller, uuid, uuid, uuid) is
  'Refuses with not_found for whom and what a booking or a waitlist entry is to be, where the caller may not know of it; p_staff_id null = anyone. The customer is kept from being erased until the transaction ends.';

revoke execute on function schnittwerk_core.require_things from public;
