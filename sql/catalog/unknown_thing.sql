create function schnittwerk_core.unknown_thing(
  p_caller schnittwerk_core.caller, p_customer_id uuid, p_service_id uuid, p_staff_id uuid
)
returns text
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
begin
  return case
    when not schnittwerk_core.may_know_customer(p_caller, p_customer_id)
      or not schnittwerk_core.hold_customer(p_caller.salon_id, p_customer_id)
      then 'There is no such customer'
    when not exists (
      select from schnittwerk_core.services v
      where v.salon_id = p_caller.salon_id and v.id = p_service_id
    ) then 'There is no such service'
    when p_staff_id is not null and not exists (
      select from schnittwerk_core.staff m
      where m.salon_id = p_caller.salon_id and m.id = p_staff_id
    ) then 'There is no such member of staff'
  end;
end
$$;

comment on function schnittwerk_core.unknown_thing(schnittwerk_core.caller, uuid, uuid, uuid) is
  'The details of not_found for whom and what a booking or a waitlist entry is to be, or null; p_staff_id null = anyone.';

revoke execute on function schnittwerk_core.unknown_thing from public;
