create function schnittwerk_core.unknown_thing(
  p_caller schnittwerk_core.caller, p_customer_id uuid, p_service_id uuid, p_staff_id uuid
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_details text;
begin
  select case
    when not exists (
      select from schnittwerk_core.services v
      where v.salon_id = p_caller.salon_id and v.id = p_service_id
    ) then 'There is no such service'
    when p_staff_id is not null and not exists (
      select from schnittwerk_core.staff m
      where m.salon_id = p_caller.salon_id and m.id = p_staff_id
    ) then 'There is no such member of staff'
  end
  into v_details
  from schnittwerk_core.customers c
  where c.salon_id = p_caller.salon_id and c.id = p_customer_id and c.erased_at is null
    and (schnittwerk_core.is_of_salon(p_caller) or c.profile_id = p_caller.user_id)
  for key share;
  return case when found then v_details else 'There is no such customer' end;
end
$$;

comment on function schnittwerk_core.unknown_thing(schnittwerk_core.caller, uuid, uuid, uuid) is
  'The details of not_found for whom and what a booking or a waitlist entry is to be, or null; p_staff_id null = anyone. The customer is kept from being erased, as by hold_customer.';

revoke execute on function schnittwerk_core.unknown_thing from public;
