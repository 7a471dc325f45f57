create function schnittwerk_core.for_own_staff(
  p_caller schnittwerk_core.caller, p_staff_id uuid
)
returns schnittwerk_core.caller
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $$
begin
  if p_caller.answer is null and p_caller.role = 'staff' and not exists (
    select from schnittwerk_core.staff m
    where m.salon_id = p_caller.salon_id and m.id = p_staff_id
      and m.profile_id = p_caller.user_id
  ) then
    p_caller.answer := schnittwerk_core.failure(
      'forbidden', 'Staff may do this for themselves only');
  end if;
  return p_caller;
end
$$;

comment on function schnittwerk_core.for_own_staff(schnittwerk_core.caller, uuid) is
  'Refuses a member of staff who acts for a colleague where only admins may act for anyone.';

revoke execute on function schnittwerk_core.for_own_staff from public;
